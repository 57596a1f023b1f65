"""A set that corrects single figures of another: its file says only what changes.

`corrects` names the other set; each [[gwp]] and [[factor]] takes the place of the one with the
same gas, or the same line, name, year and gas. What the other set does not have is refused, unless
the table says `added = true`. The complete set is what is judged and stored, so that whatever reads
rows finds all of them.
"""

from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from inventory.factors.publication import FactorRow, Potential, Publication
from inventory.factors.toml_file import HEAD, Place, SetFile
from inventory.models import FactorSet

Row = TypeVar("Row", Potential, FactorRow)
Find = Callable[[str], bytes | None]  # the file of a set by its id, None where there is none


def stored_content(slug: str) -> bytes | None:
    """The file of a stored set; None where there is none."""
    content = FactorSet.objects.filter(slug=slug).values_list("content", flat=True).first()
    return None if content is None else content.encode()


def read_publication(content: bytes, name: str, find: Find = stored_content) -> Publication:
    """The factor set in a file's bytes, complete and not judged. Raises PublicationError.

    `find`: where the file of a set that it corrects comes from.
    """
    return read_complete(content, name, find).publication


def read_complete(content: bytes, name: str, find: Find) -> SetFile:
    """The file with its complete set. Raises PublicationError.

    Refused by name: a set that corrects itself, or one that corrects it, or one that nobody knows;
    another GWP edition; a row that the other set does not have, or has already where it is said to
    be added; a correction of nothing.
    """
    return _read(content, name, find, ())


def _read(content: bytes, name: str, find: Find, above: tuple[str, ...]) -> SetFile:
    """`above`: the ids of the sets that this one is read for, each corrected by the one before."""
    file = SetFile(content, name)
    if file.publication.corrects:
        _complete(file, find, (*above, file.publication.id))
    return file


def _complete(file: SetFile, find: Find, chain: tuple[str, ...]) -> None:
    said = file.publication
    if said.corrects == said.id:
        file.refuse(_("%(id)s 不能更正自己。") % {"id": said.id}, key="corrects")
    if said.corrects in chain:
        circle = " → ".join((*chain[chain.index(said.corrects) :], said.corrects))
        file.refuse(_("更正繞成一圈：%(circle)s。") % {"circle": circle}, key="corrects")
    content = find(said.corrects)
    if content is None:
        why = _("沒有名為 %(id)s 的版本可以更正。")
        file.refuse(why % {"id": said.corrects}, key="corrects")
    base = _read(content, f"{said.corrects}.toml", find, chain).publication
    if said.gwp_basis != base.gwp_basis:
        why = _("GWP 版本與被更正的 %(id)s（%(basis)s）不同；另一版本的 GWP 請另成一版。")
        file.refuse(why % {"id": base.id, "basis": base.gwp_basis}, key="gwp_basis")
    potentials = _merged(file, "gwp", base.potentials, said.potentials, lambda one: one.gas)
    factors = _merged(file, "factor", base.factors, said.factors, lambda one: one.key)
    if (potentials, factors) == (base.potentials, base.factors):
        file.refuse(_("沒有更正 %(id)s 的任何一列。") % {"id": base.id}, key="corrects")
    file.publication = replace(said, potentials=potentials, factors=factors)


def _merged(
    file: SetFile,
    kind: str,
    before: tuple[Row, ...],
    said: tuple[Row, ...],
    key: Callable[[Row], Hashable],
) -> tuple[Row, ...]:
    """The rows of the corrected set in their order with those that the file says instead."""
    rows: dict[Hashable, tuple[Place, Row]] = {key(row): (HEAD, row) for row in before}
    seen: set[Hashable] = set()
    bases: dict[Place, str] = dict(zip(file.places[kind], file.bases, strict=False))
    for place, row in zip(file.places[kind], said, strict=True):
        at = key(row)
        what = {"row": _words(at), "id": file.publication.corrects}
        if at in seen:
            file.refuse(_("%(what)s 出現兩次。") % {"what": what["row"]}, place)
        seen.add(at)
        if at not in rows and place not in file.added:
            why = _("%(id)s 沒有「%(row)s」可以更正；新增的請寫 added = true。")
            file.refuse(why % what, place)
        if at in rows and place in file.added:
            file.refuse(_("%(id)s 已有「%(row)s」，不是新增。") % what, place, "added")
        rows[at] = (place, row)
    file.places[kind] = [place for place, _row in rows.values()]
    if kind == "gwp":
        file.bases = [bases.get(place, "") for place in file.places[kind]]
    return tuple(row for _place, row in rows.values())


def _words(key: Any) -> str:
    parts = key if isinstance(key, tuple) else (key,)
    return " ".join(str(part) for part in parts if part and part is not True)
