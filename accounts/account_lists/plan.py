"""What a list would do: added, changed, unchanged, rejected. Nothing is written here."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.account_lists.by_name import with_parents
from accounts.account_lists.code_changes import second_accounts
from accounts.account_lists.entries import Entry, EntryReader
from accounts.account_lists.known import Known, KnownUnit, counties, known_of
from accounts.account_lists.outline import PlannedUnit, State, outline
from accounts.account_lists.own_names import named_by_themselves
from accounts.account_lists.progress import Progress, no_progress, with_progress
from accounts.account_lists.tree import Tree, make_tree
from accounts.spreadsheets import Question, RowError, Table, unanswered
from accounts.wording import listed

LABELS = {
    "name": gettext_lazy("單位"),
    "parent": gettext_lazy("上級機關帳號"),
    "category": gettext_lazy("類別"),
    "contact_email": "Email",  # Django's own catalogue would translate it otherwise
}


@dataclass(frozen=True, slots=True)
class Addition:
    """An account to make, and its unit where `unit_pk` is None.

    `parent` is an account, "" for none; `is_root` marks the county government.
    """

    entry: Entry
    parent: str
    level: int
    is_root: bool
    unit_pk: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One field that the list says differently; a parent is an account."""

    field: str
    before: str
    after: str

    @property
    def label(self) -> str:
        return str(LABELS[self.field])


@dataclass(frozen=True, slots=True)
class Changed:
    """A unit that is there already and what changes in it."""

    entry: Entry
    unit_pk: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class PreservedName:
    """A unit that has named itself otherwise than the list does."""

    entry: Entry
    name: str


@dataclass(frozen=True)
class Plan:
    """All that applying the list would do, if it `can_be_applied`."""

    added: list[Addition] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    unchanged: list[Entry] = field(default_factory=list)
    # these stand in changed or unchanged as well
    preserved: list[PreservedName] = field(default_factory=list)
    rejected: list[RowError] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    accepted: frozenset[str] = frozenset()  # codes and kinds of questions
    ignored: list[str] = field(default_factory=list)  # headings of columns that are not read
    left_out: list[RowError] = field(default_factory=list)  # sums and notes
    hidden_sheets: list[str] = field(default_factory=list)
    outline: list[PlannedUnit] = field(default_factory=list)
    has_passwords: bool = False

    @property
    def unanswered(self) -> list[Question]:
        """What somebody has to wave through, or put right, before anything is written."""
        return unanswered(self.questions, self.accepted)

    @property
    def moved(self) -> list[PlannedUnit]:
        """Units that hang elsewhere afterwards."""
        return [unit for unit in self.outline if unit.state is State.MOVED]

    @property
    def can_be_applied(self) -> bool:
        """Nothing is rejected, and nothing waits for an answer."""
        return not self.rejected and not self.unanswered

    @property
    def needs_slips(self) -> bool:
        """Accounts are made whose first password only this run will know."""
        return bool(self.added) and not self.has_passwords

    @property
    def digest(self) -> str:
        """Differs when anything of the plan does: what was shown is what is applied."""
        units = (self.added, self.changed, self.unchanged, self.preserved)
        asked = (self.questions, sorted(self.accepted), self.left_out)
        shown = (*units, self.rejected, *asked, self.outline, self.has_passwords)
        return hashlib.sha256(repr(shown).encode("utf-8", "surrogatepass")).hexdigest()


def make_plan(table: Table, progress: Progress = no_progress) -> Plan:
    """Compare the list with the database. Never raises for what the list says."""
    names = counties()
    reader = EntryReader(table, names)
    stage = _("檢查清單")
    read = [reader.entry_of(row) for row in with_progress(table.rows, stage, progress)]
    entries, rejected = _without_doubles([entry for entry in read if entry], table)
    known = known_of(entries.keys())
    entries, nameless = with_parents(entries, known, table)
    tree = make_tree(entries, known, names, table)
    if not table.rows:
        rejected.append(RowError(_("標題列底下沒有任何資料。")))
    comparison = _Comparison(table, known, tree, _named_otherwise(entries, known))
    comparison.second_accounts = second_accounts(entries, known)
    stage = _("比對現有資料")
    for entry in with_progress(list(entries.values()), stage, progress):
        comparison.add(entry, names)
    all_rejected = [*reader.rejected, *rejected, *nameless, *tree.rejected, *comparison.rejected]
    all_rejected.sort(key=lambda error: error.row or 0)
    changed = {unit.entry.account for unit in comparison.plan.changed}
    return replace(
        comparison.plan,
        rejected=all_rejected,
        questions=list(table.questions),
        accepted=table.accepted,
        ignored=list(table.ignored),
        left_out=list(table.left_out),
        hidden_sheets=list(table.hidden_sheets),
        outline=outline(entries, known, tree, changed),
        has_passwords="password" in table.letters,
    )


def _without_doubles(read: list[Entry], table: Table) -> tuple[dict[str, Entry], list[RowError]]:
    """Entries by account. An agency has one code, so a code in two counties is doubled too."""
    by_code: dict[str, list[Entry]] = {}
    for entry in read:
        by_code.setdefault(entry.code, []).append(entry)
    rejected = []
    for same in by_code.values():
        for entry in same if len(same) > 1 else ():
            others = listed(str(other.row.number) for other in same if other is not entry)
            reason = _("帳號重複：與第 %(rows)s 列相同。") % {"rows": others}
            rejected.append(table.row_error(entry.row, "account", reason))
    return {same[0].account: same[0] for same in by_code.values()}, rejected


def _named_otherwise(entries: Mapping[str, Entry], known: Known) -> set[int]:
    """Keys of the units whose own name wins over the list's."""
    pairs = ((entry, known.units.get(account)) for account, entry in entries.items())
    return named_by_themselves(
        [unit.pk for entry, unit in pairs if unit and unit.name != entry.name]
    )


class _Comparison:
    """Sorts entries into a plan."""

    def __init__(self, table: Table, known: Known, tree: Tree, own_names: set[int]) -> None:
        self.table = table
        self.known = known
        self.tree = tree
        self.own_names = own_names
        self.second_accounts: dict[str, str] = {}
        self.plan = Plan()
        self.rejected: list[RowError] = []

    def add(self, entry: Entry, county_names: Mapping[str, str]) -> None:
        unit = self.known.units.get(entry.account)
        user = self.known.users.get(entry.account.lower())
        if entry.account in self.known.elsewhere:
            county = county_names[self.known.elsewhere[entry.account]]
            reason = _("這個機關代碼已經屬於%(county)s的單位。") % {"county": county}
            self.rejected.append(self.table.row_error(entry.row, "account", reason))
        elif user is not None and (unit is None or user.unit_pk != unit.pk):
            reason = _("這個帳號已經存在，而且屬於別的單位或平台管理者。")
            self.rejected.append(self.table.row_error(entry.row, "account", reason))
        elif second := self.second_accounts.get(entry.account):
            self.rejected.append(self.table.row_error(entry.row, "account", second))
        else:
            self._sort(entry, unit)

    def _sort(self, entry: Entry, unit: KnownUnit | None) -> None:
        user = self.known.users.get(entry.account.lower())
        parent = self.tree.parents[entry.account]
        changes = self._changes(entry, unit, parent) if unit else ()
        if unit and unit.pk in self.own_names:
            self.plan.preserved.append(PreservedName(entry, unit.name))
        if user is None:
            self._check_password(entry)
            level, is_root = self.tree.levels[entry.account], entry.account in self.tree.roots
            addition = Addition(entry, parent, level, is_root, unit.pk if unit else None)
            self.plan.added.append(addition)
        if unit and changes:
            self.plan.changed.append(Changed(entry, unit.pk, changes))
        elif user is not None:
            self.plan.unchanged.append(entry)

    def _check_password(self, entry: Entry) -> None:
        has_column = "password" in self.table.letters
        if has_column and not entry.password and "password" not in entry.row.faulty:
            reason = _("新帳號缺少密碼；整欄都不填時請把密碼欄刪掉，由系統產生開通碼。")
            self.rejected.append(self.table.row_error(entry.row, "password", reason, ""))

    def _changes(self, entry: Entry, unit: KnownUnit, parent: str) -> tuple[Change, ...]:
        """The list wins where it says something, but for what the unit says about itself.

        That is the name, once the unit has changed it, and the e-mail, once it has one.
        """
        wanted = {"parent": (unit.parent, parent)}
        if unit.pk not in self.own_names:
            wanted = {"name": (unit.name, entry.name), **wanted}
        if entry.category:
            wanted["category"] = (unit.category, entry.category)
        if entry.email and not unit.email:
            wanted["contact_email"] = ("", entry.email)
        return tuple(
            Change(name, before, after)
            for name, (before, after) in wanted.items()
            if before != after
        )
