"""The pages and verbs that are measured, each with who asks for it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.db import models

from accounts.models import County, Unit
from benchmarks.country.making import ADMINISTRATOR, PASSWORD
from benchmarks.html_forms import form_with
from benchmarks.people import HTMX, Asked, Person, page_of, signing_in
from inventory import workflow
from inventory.entries.answers import answers_from
from inventory.lines import LINES, Operation
from inventory.models import Filing
from inventory.states import Status

YEAR, YEAR_BEFORE = 104, 103  # open; over
ELECTRICITY = f"{Operation.OWN.value}-{LINES[0].code}"
Step = Callable[[Person, int], Asked]


def _nothing(_number: int) -> None:
    """Reading leaves nothing to put back."""


@dataclass(frozen=True)
class Page:
    """A page or verb. `step` makes the request of the n-th time, and may look at pages for it;
    `after` puts back what the n-th time has changed. Nobody asks where there is no username."""

    name: str
    username: str | None
    step: Step
    expected: int = 200
    after: Callable[[int], None] = _nothing


def get(path: str) -> Step:
    """The same page every time."""
    return lambda _person, _number: Asked(path)


class Cast:
    """Who and what of the country the pages are about."""

    @cached_property
    def county(self) -> County:
        """The largest county: the first of all."""
        return self.government.county

    @cached_property
    def government(self) -> Unit:
        return self.governments[0]

    @cached_property
    def governments(self) -> list[Unit]:
        """Of every county, the largest first."""
        return list(self._units().filter(parent=None).order_by("county__order", "county"))

    @cached_property
    def agency(self) -> Unit:
        """The first agency below the government."""
        return self._units().filter(parent=self.government)[0]

    @cached_property
    def wide(self) -> Unit:
        """The agency with a tenth of the country directly below it."""
        return self._units().get(name__endswith="教育局")

    @cached_property
    def drafts(self) -> list[Unit]:
        """Units whose filing is begun and not completed."""
        filings = self._filings(Status.DRAFT).filter(level__gt=2)
        return [filing.unit for filing in filings[:200]]

    @cached_property
    def confirmed(self) -> Filing:
        """A confirmed filing below the wide agency."""
        return self._filings(Status.CONFIRMED).filter(parent__unit=self.wide)[0]

    @cached_property
    def waiting(self) -> list[Filing]:
        """Completed filings below the wide agency, to be confirmed."""
        return list(self._filings(Status.COMPLETED).filter(parent__unit=self.wide)[:200])

    @staticmethod
    def username(unit: Unit) -> str:
        return str(unit.users.earliest("pk").username)

    @staticmethod
    def _units() -> "models.QuerySet[Unit]":
        return Unit.objects.order_by("pk")

    @staticmethod
    def _filings(status: Status) -> "models.QuerySet[Filing]":
        filings = Filing.objects.filter(year=YEAR, status=status).order_by("pk")
        return filings.select_related("unit", "year")


def all_pages(cast: Cast) -> Iterator[Page]:
    """Everything that is measured, in the order of the table."""
    yield from _everybody(cast)
    yield from _filers(cast)
    yield from _reviewers(cast)
    yield Page("administration, accounts", ADMINISTRATOR, get("/admin/accounts/user/"))
    search = f"/admin/accounts/user/?q={cast.username(cast.agency)}"
    yield Page("administration, one account sought", ADMINISTRATOR, get(search))


def _everybody(cast: Cast) -> Iterator[Page]:
    yield Page("home", None, get("/"))
    yield Page("sign-in page", None, get("/accounts/login/"))
    someone = cast.username(cast.drafts[0])
    yield Page("sign in", None, lambda person, _n: _sign_in(person, someone), 302)
    one, county = f"year={YEAR_BEFORE}", f"county={cast.county.pk}"
    for name, query in (
        ("public figures", ""),
        ("public figures, one year", f"?{one}"),
        ("public figures, one county", f"?{county}"),
        ("public figures, one county and year", f"?{county}&{one}"),
    ):
        yield Page(name, None, get(f"/disclosure/{query}"))
    yield Page("public figures, CSV", None, get("/disclosure/data.csv"))
    units = f"/disclosure/{YEAR_BEFORE}/county/{cast.county.pk}/"
    yield Page("public units of a county", None, get(units))


def _filers(cast: Cast) -> Iterator[Page]:
    school, government = cast.username(cast.drafts[0]), cast.username(cast.government)
    form = f"/inventory/{YEAR}/"
    yield Page("years, a school", school, get("/inventory/"))
    yield Page("form of a year, a school", school, get(form))
    yield Page("form of a year, a government", government, get(form))
    yield Page("calculate", school, _changed("calculate", HTMX))
    yield Page("save a draft", school, _changed("save", {}), 302)


def _reviewers(cast: Cast) -> Iterator[Page]:
    government, wide = cast.username(cast.government), cast.username(cast.wide)
    listed = f"/hierarchy/{YEAR}/"
    sought = urlencode({"status": Status.DRAFT.value, "q": "示範"})
    yield Page("years, a government", government, get("/hierarchy/"))
    yield Page("list of a county", government, get(listed))
    yield Page("list of a county, filtered", government, get(f"{listed}?{sought}"))
    yield Page("list of an agency, by the county", government, get(f"{listed}{cast.agency.code}/"))
    yield Page("list with a tenth of the country", wide, get(listed))
    yield Page("view a filing", wide, get(f"{listed}{cast.confirmed.unit.code}/view/"))
    yield Page("versions of a filing", wide, get(f"{listed}{cast.confirmed.unit.code}/versions/"))
    yield Page("confirm", wide, _confirm(cast), 302, lambda n: _complete_again(_nth(cast, n)))
    yield Page("workbook of a county", government, get(f"{listed}export.xlsx"))


def _sign_in(person: Person, username: str) -> Asked:
    person.forget()
    return signing_in(person, username, PASSWORD)


def _changed(action: str, headers: dict[str, str]) -> Step:
    """The form of the year as it stands, with another quantity of electricity each time."""

    def step(person: Person, number: int) -> Asked:
        path = f"/inventory/{YEAR}/"
        form = form_with(page_of(person, path), "action", action)
        fields = form.sent({ELECTRICITY: f"{70_000 + number}.5"}, ("action", action))
        return Asked(path, fields, headers)

    return step


def _confirm(cast: Cast) -> Step:
    def step(person: Person, number: int) -> Asked:
        path = f"/hierarchy/{YEAR}/{_nth(cast, number).unit.code}/view/"
        form = form_with(page_of(person, path), "action", "confirm")
        return Asked(path, form.sent({}, ("action", "confirm")))

    return step


def _nth(cast: Cast, number: int) -> Filing:
    return cast.waiting[number % len(cast.waiting)]


def _complete_again(filing: Filing) -> None:
    """The unit saves its figures with other words, so that its filing waits to be confirmed."""
    now = Filing.objects.get(pk=filing.pk)
    workflow.save(
        filing=now,
        answers=answers_from(now.entries.all()),
        outsourced_scope=f"第 {now.version + 1} 次存檔",
        complete=True,
        revision=now.revision,
        factor_set=now.year.factor_set_id,
        by=filing.unit.users.earliest("pk"),
    )
