"""What a typed name is on a line that asks for names: known here, another line's, or neither."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.wording import labelled, quoted, with_remark
from inventory.factors.table import FactorTable
from inventory.lines import Kind, Line, lines_of
from inventory.names import Codes, exclusion_of, key_of, meanings_of


@dataclass(frozen=True, slots=True)
class Place:
    """Where a name belongs: a line of the form, and the name that it has there, if any."""

    line: Line
    name: str = ""

    def __str__(self) -> str:
        group, label = str(self.line.group.label), str(self.line.label)
        place = label if group == label else labelled(group, label)
        return with_remark(place, self.name) if self.name else place


@dataclass(frozen=True, slots=True)
class Recognised:
    """A typed name on a line: as it is stored there, and where else it would have to stand.

    With `places` it is not taken: another line asks for it, or it fits several.
    """

    name: str
    places: tuple[Place, ...] = ()

    @property
    def refusal(self) -> str:
        """Where to fill it in instead, for whoever typed it; "" where it is taken."""
        if not self.places:
            return ""
        ways = pgettext("alternatives", "或").join(quoted(str(place)) for place in self.places)
        return _("「%(name)s」請填在%(places)s。") % {"name": self.name, "places": ways}


def recognise(typed: str, line: Line, table: FactorTable) -> Recognised:
    """What a name means on a line whose rows have names, by the year's form and factor set.

    A name that the set has for the line, in any spelling or as a synonym, becomes the set's own,
    and is computed. What one other line asks belongs there; what fits several has to be said
    more exactly. Any other name stays as typed. Names of facilities are free.
    """
    if not line.is_named or table.find(line.code, typed):
        return Recognised(typed)
    key = key_of(typed)
    for name, words in _names_of(line, table):
        if key in words:
            return Recognised(name)
    places = tuple(_places(meanings_of(typed), table)) or tuple(_labels(key, table.year))
    if len(places) == 1 and places[0].line is line and places[0].name:
        return Recognised(places[0].name)
    return Recognised(typed, tuple(place for place in places if place != Place(line)))


def places_of(typed: str, table: FactorTable) -> tuple[Place, ...]:
    """Everything of the year's form that a name can mean, in the form's order."""
    return tuple(_places(meanings_of(typed), table))


def known_name(typed: str, line: Line, table: FactorTable) -> str:
    """The set's own name for what was typed, where it has one for the line; else as typed."""
    found = recognise(typed, line, table)
    return typed if found.places else found.name


def why_uncounted(name: str, line: Line, year: int) -> str:
    """Why a quantity of this name has no kilograms, in words."""
    if reason := exclusion_of(name):
        return reason
    elsewhere = [one for one in lines_of(year) if one.code in meanings_of(name) - {line.code}]
    if elsewhere and line.kind is Kind.OTHERS:
        ways = pgettext("alternatives", "或").join(quoted(str(Place(one))) for one in elsewhere)
        return _("應填在%(places)s") % {"places": ways}
    return _("係數版本沒有這一項的係數")


def _names_of(line: Line, table: FactorTable) -> Iterator[tuple[str, set[str]]]:
    """What the set has for a line, each with the keys of its names.

    Of energies the English name counts too; a refrigerant's is its code in any language.
    """
    for (code, name), factors in table.rows.items():
        if code == line.code and name:
            english = factors[0].name_en if line.kind is Kind.OTHERS else ""
            yield name, {key_of(name), key_of(english)} - {""}


def _places(codes: Codes, table: FactorTable) -> Iterator[Place]:
    """Where the year's form and set have what a name can mean, in the form's order."""
    for line in lines_of(table.year):
        if line.code in codes:
            yield Place(line)
        elif line.is_named:
            for name, _keys in _names_of(line, table):
                if meanings_of(name) and meanings_of(name) <= codes:
                    yield Place(line, name)


def _labels(key: str, year: int) -> Iterator[Place]:
    """The lines of the form that are themselves called so, in whichever language."""
    for line in lines_of(year):
        if line.kind is Kind.SINGLE and key in _keys_of(line):
            yield Place(line)


def _keys_of(line: Line) -> Iterator[str]:
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            yield key_of(str(line.label))
