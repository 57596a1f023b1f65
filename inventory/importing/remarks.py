"""The result of a dry run as a file: every row of the sheet with its remark."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from io import StringIO

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.wording import labelled
from inventory.figures import plain
from inventory.importing.plan import Plan
from inventory.models import Filing
from inventory.policies import can_import

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def remarks_csv(plan: Plan) -> str:
    """A CSV for Excel: row, account, unit, year, kg, remark; what concerns no row comes first."""
    file = StringIO()
    writer = csv.writer(file)
    kilograms = f"{_('排放量小計（不含委外）')} (kg CO2e)"
    writer.writerow([_("列"), _("帳號"), _("單位"), _("年度"), kilograms, _("備註")])
    writer.writerows([_as_text(text) for text in row] for row in _rows(plan))
    return "\ufeff" + file.getvalue()


def _rows(plan: Plan) -> Iterator[list[str]]:
    remarks: dict[int, list[str]] = defaultdict(list)
    for said in (*plan.problems, *(question.as_error() for question in plan.questions)):
        words = labelled(said.cell, said.reason) if said.cell else said.reason
        remarks[said.row or 0].append(words)
    for error in plan.left_out:
        remarks[error.row or 0].append(error.reason)
    totals = {one.filing.pk: one for one in plan.filings}
    owned = {subject.row: (subject, owner) for subject, owner in plan.rows}
    for row in sorted(owned.keys() | remarks.keys()):
        number = str(row) if row else ""
        joined = pgettext("remarks", "；").join(remarks[row])
        if row not in owned:
            yield [number, "", "", "", "", joined]
            continue
        subject, owner = owned[row]
        planned = totals.get(owner.filing.pk) if owner.filing is not None else None
        if not joined:
            joined = _done(owner.filing, is_filled=planned is not None)
        yield [
            number,
            subject.account.text or subject.code.text,
            owner.filing.unit.name if owner.filing is not None else subject.unit_name.text,
            "" if owner.year is None else str(owner.year),
            plain(planned.totals.own_kg) if planned is not None else "",
            joined,
        ]


def _done(filing: Filing | None, *, is_filled: bool) -> str:
    """What becomes of a row that nothing is wrong with."""
    if filing is None:
        return ""
    if not can_import(filing):
        return _("沒有匯入：單位已開始填報或免填報")
    if not is_filled:
        return _("沒有數據")
    return _("匯入，取代先前的匯入") if filing.is_prefilled else _("匯入")


def _as_text(text: str) -> str:
    """Text that a spreadsheet would take for a formula gets an apostrophe in front."""
    return f"'{text}" if text.startswith(FORMULA) else text
