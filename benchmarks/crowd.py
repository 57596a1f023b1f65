"""Signed-in people and what they come for: the visits of the load generator."""

from collections.abc import Callable
from random import Random
from threading import Lock

from benchmarks.html_forms import Fields, form_with
from benchmarks.page_costs import visitor
from benchmarks.pages import ELECTRICITY, YEAR, YEAR_BEFORE, Cast
from benchmarks.people import HTMX, Asked, Visitor, expect, page_of

FORM, LIST = f"/inventory/{YEAR}/", f"/hierarchy/{YEAR}/"
Visit = Callable[[Random], None]  # raises NotAsExpected or OSError where it does not go well
# Of a hundred visits, how many are of which kind.
MIX = {
    "home": 8,
    "public figures": 1,
    "public figures, one county": 4,
    "years": 10,
    "form": 25,
    "calculate": 22,
    "save": 10,
    "list": 10,
    "list with a tenth of the country": 1,
    "view": 9,
}


class Filer(Visitor):
    """A person with a filing that is begun. Saves one after the other; the rest at any time."""

    def __init__(self, port: int, cookies: Visitor) -> None:
        super().__init__(port)
        self.cookies = cookies.cookies
        self.lock = Lock()
        self.page = page_of(self, FORM)

    def fields(self, action: str, quantity: int) -> Fields:
        """The form as it was seen last, with another quantity of electricity."""
        form = form_with(self.page, "action", action)
        return form.sent({ELECTRICITY: f"{quantity}.25"}, ("action", action))

    def calculate(self, chance: Random) -> None:
        fields = self.fields("calculate", chance.randrange(60_000, 90_000))
        expect(self, Asked(FORM, fields, HTMX), 200)

    def save(self, chance: Random) -> None:
        """Save, and follow to the form as it is then, as a browser does."""
        with self.lock:
            expect(self, Asked(FORM, self.fields("save", chance.randrange(60_000, 90_000))), 302)
            self.page = page_of(self, FORM)


class Crowd:
    """So many filers, half as many reviewers (the wide agency's among them), and passers-by."""

    def __init__(self, port: int, people: int) -> None:
        cast = Cast()
        self.county, self.confirmed = cast.county.pk, cast.confirmed.unit.code
        self.anybody = Visitor(port)
        self.wide = visitor(port, cast.username(cast.wide))
        governments = cast.governments[: max(people // 2, 1)]
        self.reviewers = [visitor(port, cast.username(unit)) for unit in governments]
        drafts = cast.drafts[:people]
        self.filers = [Filer(port, visitor(port, cast.username(unit))) for unit in drafts]

    def visits(self) -> dict[str, Visit]:
        """What each kind of visit does."""
        disclosure = f"/disclosure/?county={self.county}&year={YEAR_BEFORE}"
        return {
            "home": self._reading([self.anybody], "/"),
            "public figures": self._reading([self.anybody], "/disclosure/"),
            "public figures, one county": self._reading([self.anybody], disclosure),
            "years": self._reading(self.filers, "/inventory/"),
            "form": self._reading(self.filers, FORM),
            "calculate": lambda chance: chance.choice(self.filers).calculate(chance),
            "save": lambda chance: chance.choice(self.filers).save(chance),
            "list": self._reading(self.reviewers, LIST),
            "list with a tenth of the country": self._reading([self.wide], LIST),
            "view": self._reading([self.wide], f"{LIST}{self.confirmed}/view/"),
        }

    @staticmethod
    def _reading(people: "list[Filer] | list[Visitor]", path: str) -> Visit:
        def visit(chance: Random) -> None:
            expect(chance.choice(people), Asked(path), 200)

        return visit
