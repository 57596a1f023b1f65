"""The public pages."""

from django.urls import path

from portal import views
from portal.disclosure import check_views, factor_set_views, total_views, unit_views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("notices/", views.notices, name="notices"),
    path("notices/<int:number>/", views.notice, name="notice"),
    path("glossary/", views.glossary, name="glossary"),
    path("international/", views.international, name="international"),
    path("cases/", views.cases, name="cases"),
    path("downloads/", views.downloads, name="downloads"),
    path("downloads/<int:number>/", views.download, name="download"),
    path("faq/", views.faq, name="faq"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("disclosure/", total_views.page, name="disclosure"),
    path("disclosure/data.csv", total_views.data, name="disclosure_data"),
    path("disclosure/gases.csv", total_views.gases, name="disclosure_gases"),
    path("disclosure/check/", check_views.check, name="check"),
    path("disclosure/factors/", factor_set_views.index, name="factor_sets"),
    path("disclosure/factors/<slug:slug>/", factor_set_views.factor_set, name="factor_set"),
    path("disclosure/factors/<slug:slug>.toml", factor_set_views.as_toml, name="factor_set_toml"),
    path("disclosure/factors/<slug:slug>.json", factor_set_views.as_json, name="factor_set_json"),
    path("disclosure/<int:year>/county/<str:county>/", unit_views.units, name="units"),
    path("disclosure/<int:year>/<str:code>/", unit_views.unit, name="unit"),
]
