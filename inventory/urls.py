"""The unit's own pages."""

from django.urls import path

from inventory import views

app_name = "inventory"
urlpatterns = [
    path("", views.years, name="years"),
    path("<int:year>/", views.year_form, name="form"),
    path("<int:year>/receipt/", views.show_receipt, name="receipt"),
    path("<int:year>/versions/", views.show_versions, name="versions"),
]
