"""The addresses of the parent's desk."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from hierarchy import arranging_views, filing_views, views


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
    # Codes of agencies begin with a digit, so none of these words can be one.
    path("<roc_year:year>/basis/", views.show_basis, name="basis"),
    path("<roc_year:year>/late/", arranging_views.late_units, name="late"),
    path("<roc_year:year>/extend/", arranging_views.extend_many, name="extend"),
    path("<roc_year:year>/findings/", views.findings, name="findings"),
    path("<roc_year:year>/<agency_code:code>/", views.unit_list, name="unit_list"),
    path("<roc_year:year>/<agency_code:code>/findings/", views.findings, name="unit_findings"),
    path("<roc_year:year>/<agency_code:code>/view/", views.view_filing, name="view"),
    path("<roc_year:year>/<agency_code:code>/versions/", views.show_versions, name="versions"),
    path("<roc_year:year>/<agency_code:code>/arrange/", arranging_views.arrange, name="arrange"),
    path("<roc_year:year>/<agency_code:code>/file/", filing_views.file_for, name="file"),
    path("<roc_year:year>/<agency_code:code>/receipt/", filing_views.show_receipt, name="receipt"),
    path("<roc_year:year>/<agency_code:code>/basis/", views.show_basis, name="unit_basis"),
    path("<roc_year:year>/<agency_code:code>/export.xlsx", views.export, name="unit_export"),
]
