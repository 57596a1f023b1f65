"""What is not any more as a head says that it was."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.models import Filing, FilingEvent, FilingVersion
from inventory.verifying.differences import Difference
from inventory.verifying.head.line import PART, Head, NotAHead
from inventory.verifying.head.making import make_head
from inventory.verifying.head.parts import Parts, Rows
from inventory.verifying.head.rows import PARTS
from inventory.verifying.told import event_name

FEW = 20  # units that are named for one part


def differences_since(head: Head, *, site: str, parts: Parts | None = None) -> Iterator[Difference]:
    """Everything that there was at the head and is now gone, other, or more than there was.

    What was added since is no difference. With `parts` each row is named, without them the tables
    and the filings among which it is. To be called within one moment of the database. Raises
    NotAHead for the head of another site.
    """
    if head.site != site:
        raise NotAHead(
            _("這一行來自另一個平台的資料庫（%(theirs)s；本資料庫是 %(ours)s），無法比對。")
            % {"theirs": head.site, "ours": site}
        )
    found = Parts()
    now = make_head(
        site=site,
        at=head.at,
        marks=head.marks,
        number=head.number,
        tell=found.tell if parts else None,
    )
    if now == head:
        return
    source = _source(head)
    yield from _tables(head, now, source)
    if parts:
        for label in head.tables:
            yield from _rows(
                label, parts.tables.get(label, {}), found.tables.get(label, {}), source
            )
    else:
        yield from _parts(head, now, source)


def _source(head: Head) -> str:
    moment = timezone.localtime(head.at).strftime("%Y-%m-%d %H:%M:%S")
    return _("%(moment)s 的 --head") % {"moment": moment}


def _tables(head: Head, now: Head, source: str) -> Iterator[Difference]:
    """Tables that are not as they were: how many rows, or what is in them."""
    for label, then in head.tables.items():
        table = now.tables[label]
        if then.rows != table.rows:
            yield Difference(
                _label(label), None, _("列數"), str(table.rows), str(then.rows), source
            )
        elif then.hash != table.hash:
            cell = _("%(count)s 列的雜湊") % {"count": then.rows}
            yield Difference(_label(label), None, cell, table.hash, then.hash, source)


def _parts(head: Head, now: Head, source: str) -> Iterator[Difference]:
    """The parts of the filings that are not as they were, with the first units of each."""
    for number, (then, part) in enumerate(zip(head.parts, now.parts, strict=True)):
        if then != part:
            cell = _("第 %(part)s 組（共 %(parts)s 組）的填報：%(units)s") % {
                "part": number + 1,
                "parts": PARTS,
                "units": _units(number),
            }
            yield Difference(str(Filing._meta.verbose_name), None, cell, part, then, source)


def _units(part: int) -> str:
    filings = Filing.objects.alias(part=F("pk") % PARTS).filter(part=part)
    filings = filings.select_related("unit").order_by("pk")
    names = [f"{filing.unit.code} {filing.year_id}" for filing in filings[:FEW]]
    more = filings.count() - len(names)
    text = ", ".join(names) or _("（無）")
    return (
        _("%(units)s 等 %(count)s 份") % {"units": text, "count": more + FEW} if more > 0 else text
    )


def _rows(label: str, then: Rows, now: Rows, source: str) -> Iterator[Difference]:
    """Row by row: what is gone, what is other, what nobody had written then."""
    for key in {**then, **now}:
        before, after = then.get(key), now.get(key)
        if before == after:
            continue
        filing = next(row.filing for row in (before, after) if row)
        owner, year, cell = _named(label, key, filing)
        stored = after.digest[:PART] + "…" if after else ""
        wanted = before.digest[:PART] + "…" if before else ""
        yield Difference(owner, year, cell, stored, wanted, source)


def _named(label: str, key: str, filing: int) -> tuple[str, int | None, str]:
    """Whose a row is, of which year, and what it is."""
    row: Any = apps.get_model(label)._default_manager.filter(pk=key).first()
    what = _words(label, row, key)
    owner = Filing.objects.select_related("unit").filter(pk=filing).first() if filing else None
    if owner is None:
        return _label(label), None, what
    return owner.unit.code, owner.year_id, what


def _words(label: str, row: Any, key: str) -> str:
    if isinstance(row, FilingVersion):
        return _("第 %(version)s 版 %(cell)s") % {"version": row.number, "cell": _("整個版次")}
    if isinstance(row, FilingEvent):
        return event_name(row)
    if isinstance(row, Filing):
        return _("年度與單位")
    return f"{key} {row}" if row is not None else f"{_label(label)} {key}"


def _label(label: str) -> str:
    return str(apps.get_model(label)._meta.verbose_name)
