"""The public pages."""

from django.urls import path

from portal import disclosure_views, views

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
    path("disclosure/", disclosure_views.page, name="disclosure"),
    path("disclosure/data.csv", disclosure_views.data, name="disclosure_data"),
]
