"""Which line of a year's form a word of a sheet means, and the name that it has there."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.wording import listed, quoted
from inventory.entries.naming import Place, places_of
from inventory.factors.table import FactorTable
from inventory.importing.words import (
    GROUPS,
    LINE_OF,
    UNNAMED_FACILITIES,
    read_unit,
)
from inventory.lines import Kind, Line, lines_of
from inventory.names import USED_FOR, key_of, meanings_of

MARKS = re.compile(r"[()\[\]{}【】〔〕/、,;:：_]")
COLON = re.compile(r"\s*[:：]\s*")
MAX_WORDS = 200  # characters of what may be a line's name; nothing longer is looked at
FUEL = "facility_diesel"
FUEL_WORDS = re.compile(r"用?(?:高級|超級|普通)?柴油|用油$|diesel", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """What a word means: a line, and the name of a row there ("" where the word has none).

    Without a line nothing of the year's form is meant, or `places`, one of several.
    """

    line: Line | None = None
    name: str = ""
    places: tuple[Place, ...] = ()


NOTHING = Found()


class Lexicon:
    """The lines of one year, by whatever may stand for them in a sheet."""

    def __init__(self, table: FactorTable) -> None:
        self.table = table
        self.lines = {line.code: line for line in lines_of(table.year)}
        self.known: dict[tuple[str, str, str], Found] = {}

    def find(self, text: str, beside: str = "", unit: str = "") -> Found:
        """What `text` means; `beside` it may stand a group, a use or a facility.

        A label or code of the form is that line. Of several meanings the lines of the form count
        before what only is a name on a line, and the unit decides between lines.
        """
        if len(text) > MAX_WORDS:
            return NOTHING
        asked = (text, beside, unit)
        if asked not in self.known:
            self.known[asked] = self._find(*asked)
        return self.known[asked]

    def _find(self, text: str, beside: str, unit: str) -> Found:
        if beside and key_of(beside) != key_of(text):
            use = GROUPS.get(key_of(beside), beside)
            narrowed = self._meant(f"{text}({use})", unit)
            if narrowed.line is not None:
                return self._named(narrowed, text, beside)
        return self._named(self._alone(text, unit), text, "")

    def _alone(self, text: str, unit: str) -> Found:
        key = key_of(text)
        line = self.labels.get(key) or self.lines.get(LINE_OF.get(key, ""))
        if line is not None:
            return Found(line)
        head, *tail = COLON.split(unicodedata.normalize("NFKC", text), maxsplit=1)
        if tail and (found := self._with_colon(key_of(head), head, tail[0])).line is not None:
            return found
        return self._meant(text, unit)

    def _with_colon(self, key: str, head: str, tail: str) -> Found:
        """其他能源：木炭 is a name on a line; 水車：柴油 a facility and its fuel."""
        line = self.labels.get(key) or self.lines.get(LINE_OF.get(key, ""))
        if line is not None and line.kind is not Kind.SINGLE:
            is_fuel = line.code == FUEL and FUEL in meanings_of(tail)
            return Found(line, head if is_fuel else tail)
        facility = self.lines.get(FUEL)
        if facility is not None and FUEL in meanings_of(tail) and key not in USED_FOR:
            return Found(facility, head)
        return NOTHING

    def _meant(self, text: str, unit: str) -> Found:
        places = places_of(text, self.table)
        lines = tuple(place for place in places if not place.name)
        chosen = lines or places
        if len(chosen) > 1 and unit:
            fitting = (one for one in chosen if read_unit(unit, one.line.code) == one.line.unit)
            chosen = tuple(fitting) or chosen
        if len(chosen) == 1:
            return Found(chosen[0].line, chosen[0].name)
        return Found(places=chosen)

    def _named(self, found: Found, text: str, beside: str) -> Found:
        """With the facility's name, where the words have one."""
        if found.line is None or found.line.kind is not Kind.FACILITIES or found.name:
            return found
        return Found(found.line, facility_in(text, beside))

    @cached_property
    def labels(self) -> dict[str, Line]:
        """The lines by the keys of their labels and codes, whatever language the page is in."""
        found = {key_of(code): line for code, line in self.lines.items()}
        for language, _name in reversed(settings.LANGUAGES):
            with translation.override(language):
                found |= {key_of(str(line.label)): line for line in self.lines.values()}
        return found

    def why_not(self, text: str, found: Found) -> str:
        """Why a word is no line of the year's form, with the words that are."""
        if found.places:
            ways = pgettext("alternatives", "或").join(quoted(str(one)) for one in found.places)
            return _("「%(text)s」可以是%(places)s，請寫明是哪一項。") % {
                "text": text[:60],
                "places": ways,
            }
        what = {
            "year": self.table.year,
            "labels": listed(line.label for line in self.lines.values()),
        }
        return (
            _(
                "%(year)s 年度的表單沒有這個項目。可以填：%(labels)s；用電、天然瓦斯、桶裝瓦斯、"
                "95無鉛、公務車柴油、發電機、冷媒R404A 等說法也讀。"
            )
            % what
        )


def facility_in(text: str, beside: str) -> str:
    """The facility that a heading or 項目 names beside its fuel; "" where it names none.

    >>> facility_in("發電機：柴油", ""), facility_in("緊急發電機柴油", ""), facility_in("柴油", "")
    ('發電機', '緊急發電機', '')
    """
    for words in (text, beside):
        parts = (FUEL_WORDS.sub("", part).strip() for part in MARKS.split(_plain(words)))
        if name := "".join(part for part in parts if part and _is_name(part)):
            return name
    return ""


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text) if len(text) <= MAX_WORDS else ""


def _is_name(part: str) -> bool:
    key = key_of(part)
    return key not in UNNAMED_FACILITIES and key not in GROUPS and "設施名稱" not in part


def reads(lexicons: Iterable[Lexicon], text: str, beside: str, unit: str) -> bool:
    """Whether a heading is one of figures in any of the years: then its column is read."""
    found = (lexicon.find(text, beside, unit) for lexicon in lexicons)
    return any(one.line is not None or one.places for one in found)
