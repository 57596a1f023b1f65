"""Every stored factor set against its file: checksum, head and rows.

The file is the text that is stored with the set; of a set that comes with the platform, it also
has to be the file that comes with it.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import Field
from django.utils.translation import gettext as _

from inventory.factors.corrections import read_complete, stored_content
from inventory.factors.publication import Publication
from inventory.factors.store import PUBLICATIONS, checksum, factor_rows
from inventory.factors.toml_file import HEAD, SetFile
from inventory.factors.toml_text import PublicationError
from inventory.models import Factor, FactorSet
from inventory.verifying.differences import Difference, as_text, field_name

# Column of a set → what its file says of it.
SAID: dict[str, Any] = {
    "slug": lambda said: said.id,
    "title": lambda said: said.title,
    "title_en": lambda said: said.title_en,
    "publisher": lambda said: said.publisher,
    "source": lambda said: said.source,
    "published": lambda said: said.published,
    "file_date": lambda said: said.file_date,
    "corrects_id": lambda said: said.corrects or None,
    "gwp_basis": lambda said: said.gwp_basis,
    "usable_years": lambda said: list(said.years),
    "review_by": lambda said: said.review_by,
    "note": lambda said: said.note,
    "note_en": lambda said: said.note_en,
}
KEY = ("line", "name", "year", "gas", "is_biogenic")
NOT_SAID = ("id", "factor_set")


def verify_factor_sets() -> Iterator[Difference]:
    """What differs in the factor sets and their rows, set by set."""
    for stored in FactorSet.objects.order_by("slug"):
        yield from _checksums(stored)
        try:
            file = read_complete(stored.content.encode(), f"{stored.slug}.toml", stored_content)
        except PublicationError as error:
            cell = field_name(FactorSet, "content")
            yield Difference(stored.slug, None, cell, _("無法讀取"), str(error))
            continue
        yield from _head(stored, file)
        yield from _rows(stored, file)


def _checksums(stored: FactorSet) -> Iterator[Difference]:
    cell, found = field_name(FactorSet, "checksum"), checksum(stored.content.encode())
    if stored.checksum != found:
        yield Difference(stored.slug, None, cell, stored.checksum, found, _("儲存的檔案內容"))
    shipped = PUBLICATIONS / f"{stored.slug}.toml"
    if shipped.exists() and found != (released := checksum(shipped.read_bytes())):
        cell = field_name(FactorSet, "content")
        yield Difference(
            stored.slug, None, cell, f"SHA-256 {found}", f"SHA-256 {released}", shipped.name
        )


def _head(stored: FactorSet, file: SetFile) -> Iterator[Difference]:
    for column, say in SAID.items():
        own, said = getattr(stored, column), say(file.publication)
        if own != said:
            cell = field_name(FactorSet, column.removesuffix("_id"))
            yield Difference(stored.slug, None, cell, as_text(own), as_text(said), file.name)


def _rows(stored: FactorSet, file: SetFile) -> Iterator[Difference]:
    found = {_key(row): row for row in stored.factors.all()}
    said = {_key(row): row for row in _said_rows(stored, file.publication)}
    places = dict(zip(said, file.places["factor"], strict=False))
    for key in {**found, **said}:
        own, other = found.get(key), said.get(key)
        source = _source(file, places.get(key, HEAD))
        if own is None or other is None:
            yield Difference(stored.slug, None, _words(key), _value(own), _value(other), source)
            continue
        for field in _told_fields():
            before, after = getattr(own, field.attname), getattr(other, field.attname)
            if before != after:
                cell = f"{_words(key)} {field.verbose_name}"
                yield Difference(stored.slug, None, cell, as_text(before), as_text(after), source)


def _said_rows(stored: FactorSet, said: Publication) -> list[Factor]:
    """The rows of the file; none of them where one has a gas without a GWP."""
    gases = {potential.gas for potential in said.potentials}
    return factor_rows(stored, said) if {row.gas for row in said.factors} <= gases else []


def _told_fields() -> list["Field[Any, Any]"]:
    return [field for field in Factor._meta.concrete_fields if field.name not in NOT_SAID]


def _key(row: Factor) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in KEY)


def _words(key: tuple[Any, ...]) -> str:
    line, name, year, gas, is_biogenic = key
    parts = (line, name, year, gas, _("生質") if is_biogenic else "")
    return " ".join(str(part) for part in parts if part)


def _value(row: Factor | None) -> str:
    return "" if row is None else as_text(row.value)


def _source(file: SetFile, place: Any) -> str:
    if place == HEAD:
        corrected = file.publication.corrects
        return f"{corrected}.toml" if corrected else file.name
    what = {"file": file.name, "line": file.line_of(place)}
    return _("%(file)s 第 %(line)s 行") % what
