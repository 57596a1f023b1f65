"""The addresses of the parent's desk."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from hierarchy import views


class RocYear(StringConverter):
    """A ROC year: 1 to 999 without leading zeros, so that every year has one address."""

    regex = "[1-9][0-9]{0,2}"

    def to_python(self, value: str) -> int:  # type: ignore[override]
        return int(value)

    def to_url(self, value: int) -> str:  # type: ignore[override]
        return str(value)


class AgencyCode(StringConverter):
    """Only what may be a code of an agency reaches the database."""

    regex = "[0-9A-Za-z]{1,12}"


register_converter(RocYear, "roc_year")
register_converter(AgencyCode, "agency_code")

app_name = "hierarchy"
urlpatterns = [
    path("", views.years, name="years"),
    path("<roc_year:year>/", views.unit_list, name="list"),
    path("<roc_year:year>/export.xlsx", views.export, name="export"),
    path("<roc_year:year>/findings/", views.findings, name="findings"),
    path("<roc_year:year>/<agency_code:code>/", views.unit_list, name="unit_list"),
    path("<roc_year:year>/<agency_code:code>/findings/", views.findings, name="unit_findings"),
    path("<roc_year:year>/<agency_code:code>/view/", views.view_filing, name="view"),
    path("<roc_year:year>/<agency_code:code>/versions/", views.show_versions, name="versions"),
    path("<roc_year:year>/<agency_code:code>/export.xlsx", views.export, name="unit_export"),
]
