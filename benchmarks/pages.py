"""The sum, the form and the review list, on the demonstration county."""

from collections.abc import Callable
from decimal import Decimal
from io import StringIO

from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts.models import User
from inventory.calculator import GasFactor, emission

Report = Callable[[str, Callable[[], object], Callable[[], object]], None]

SCHOOL, COUNTY = "z371036500X", "z371030000A"
SUMS = 1_000
FACTORS = (
    GasFactor("CO2", Decimal("2.26313"), Decimal(1)),
    GasFactor("CH4", Decimal("0.000817"), Decimal(25)),
    GasFactor("N2O", Decimal("0.000261"), Decimal(298)),
)


def measure(report: Report) -> None:
    """Print one line per piece of work."""
    call_command("load_demo", stdout=StringIO())
    report(f"{SUMS} sums of three gases", _sums, _plain_sums)
    report("the form of a year", _page(SCHOOL, "/inventory/104/"), _page(SCHOOL, "/health/"))
    report("the county's review list", _page(COUNTY, "/hierarchy/104/"), _plain_list)
    report("the county's workbook", _page(COUNTY, "/hierarchy/104/export.xlsx"), _plain_list)


def _sums() -> None:
    """The calculator: exact, rounded once, each gas's share kept."""
    for number in range(SUMS):
        emission(Decimal(number), FACTORS)


def _plain_sums() -> None:
    """The bare multiplication, not rounded, nothing kept."""
    for number in range(SUMS):
        sum(Decimal(number) * factor.value * factor.gwp for factor in FACTORS)


def _page(username: str, address: str) -> Callable[[], object]:
    client = Client()
    client.force_login(
        User.objects.get(username=username), "django.contrib.auth.backends.ModelBackend"
    )

    def get() -> None:
        response = client.get(address)
        content = b"".join(response) if response.streaming else response.content
        assert response.status_code == 200, (address, response.status_code, content[:200])

    return get


def _plain_list() -> None:
    """One query that fetches the same filings as bare tuples."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM inventory_filing WHERE year_id = 104 ORDER BY path")
        cursor.fetchall()
