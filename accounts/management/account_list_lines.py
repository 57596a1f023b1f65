"""What `seed_accounts` prints about a list, line by line."""

from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _

from accounts.account_lists import Change, Plan, PlannedUnit, PreservedName
from accounts.spreadsheets import Question, RowError
from accounts.wording import listed


def about_the_file(plan: Plan) -> list[str]:
    """What was not read: columns, sheets, sums and notes."""
    lines = []
    if plan.ignored:
        lines.append(_("沒有讀取的欄：%(names)s") % {"names": listed(plan.ignored)})
    if plan.hidden_sheets:
        names = {"names": listed(plan.hidden_sheets)}
        lines.append(_("隱藏而沒有讀取的工作表：%(names)s") % names)
    return lines + [_left_out_line(row) for row in plan.left_out]


def _left_out_line(row: RowError) -> str:
    return _("沒有讀取：%(row)s") % {"row": row}


def addition_lines(plan: Plan) -> list[str]:
    """The accounts that would be made, each with the place of its unit."""
    places = {unit.account: unit for unit in plan.outline}
    return [_added_line(places[addition.entry.account]) for addition in plan.added]


def _added_line(unit: PlannedUnit) -> str:
    added = _("新增 %(account)s %(name)s") % {"account": unit.account, "name": unit.name}
    if not unit.parent:
        return added
    what = {"added": added, "level": unit.level, "parent": f"{unit.parent_name} {unit.parent}"}
    return _("%(added)s（第 %(level)s 層，上級：%(parent)s）") % what


def change_line(account: str, change: Change) -> str:
    """One field of a unit, before and after."""
    return _("變更 %(account)s %(label)s：%(before)s → %(after)s") % {
        "account": account,
        "label": change.label,
        "before": change.before or "—",
        "after": change.after or "—",
    }


def preserved_line(preserved: PreservedName) -> str:
    """A name that the list does not take back."""
    return _("保留單位自行修改的名稱 %(account)s：%(own)s（清單：%(listed)s）") % {
        "account": preserved.entry.account,
        "own": preserved.name,
        "listed": preserved.entry.name,
    }


def question_line(question: Question) -> str:
    """What is asked, with the code that answers it."""
    return f"{question} [{question.code}]"


def codes_of(questions: Sequence[Question]) -> list[str]:
    """The shortest answers to all of them: a kind where a kind may be answered as a whole."""
    codes = {q.kind.value if q.is_accepted({q.kind.value}) else q.code: None for q in questions}
    return list(codes)


def unknown_codes(accepted: Collection[str], plan: Plan) -> list[str]:
    """Codes that answer nothing in this list: typed wrongly, or for another file."""
    return [c for c in accepted if not any(q.is_accepted({c}) for q in plan.questions)]
