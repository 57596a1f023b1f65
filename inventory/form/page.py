"""What the page of one year's form is made of: read once, then shown or computed."""

from collections.abc import Iterable
from copy import copy
from typing import Any, cast

from django.http import QueryDict

from inventory.entries.answers import not_on_form
from inventory.entries.computing import entry_for
from inventory.entries.statement import FilingStatement, lay_out
from inventory.factors.table import FactorTable
from inventory.form.filing_form import FilingForm
from inventory.form.tick import tick_changes
from inventory.lines import Kind, codes_of, lines_of
from inventory.models import Entry, Factor, FactorSet, Filing
from inventory.plausibility.findings import Finding
from inventory.plausibility.judging import judge
from inventory.plausibility.reading import figures_from, read_records, twins_of
from inventory.plausibility.wording import ShownFinding, shown
from inventory.versions.changes import Change, changes, content


class FilingPage:
    """A filing with its entries, the years beside it, its findings and the year's factors: a few
    queries, however many rows and years there are.
    """

    def __init__(self, filing: Filing) -> None:
        self.filing = filing
        self.table = FactorTable.of(filing.year)
        self.records = read_records([filing.unit_id], [filing.year_id], terms=True)
        self.entries = self.records.entries.get(filing.pk, [])
        last = self.records.beside(filing, -1)
        asked = codes_of(filing.year_id - 1, filing.year_id)
        stored = [] if last is None else self.records.entries[last.pk]
        self.last_year = [one for one in stored if one.line in asked]

    def form(self, data: QueryDict | None = None, *, mark_unused: bool = False) -> FilingForm:
        """The form as saved, or bound to what was typed."""
        return FilingForm(
            data,
            table=self.table,
            entries=self.entries,
            explained=self.records.findings.get(self.filing.pk, []),
            judge=self.findings,
            initial={
                **self.seen,
                "outsourced_scope": self.filing.outsourced_scope,
                "complete": self.filing.completed_at is not None,
            },
            mark_unused=mark_unused,
        )

    def typed_with_both(
        self, form: FilingForm, other: FactorSet
    ) -> tuple[list[Entry], list[Entry]]:
        """What a save would store of what was typed: with another set, and with the year's own."""
        then = copy(self)
        rows = Factor.objects.filter(factor_set=other)
        then.table = FactorTable.from_rows(self.filing.year_id, other.pk, rows)
        same = then.form(cast(QueryDict, form.data), mark_unused=form.mark_unused)
        same.is_valid()
        return then._typed(same), self._typed(form)

    @property
    def seen(self) -> dict[str, Any]:
        """What the form is drawn with, and carries with it: see `workflow.recording`."""
        return {
            "revision": self.filing.revision,
            "factor_set": self.filing.year.factor_set_id,
        }

    def statement(self, form: FilingForm) -> FilingStatement:
        """The figures beside the form: computed from what was typed, else as saved."""
        if form.is_bound:
            form.is_valid()
            entries: Iterable[Entry] = self._typed(form)
        else:
            entries = self.entries
        found = [ShownFinding(one) for one in form.findings] if form.is_bound else self._stored()
        return lay_out(self.filing, entries, self.last_year, self._factors(), found)

    def findings(self, form: FilingForm) -> list[Finding]:
        """What is improbable of what was typed, as if it were saved now."""
        typed = figures_from(self._typed(form))
        self.records.twins = twins_of(self.records, [self.filing], typed)
        return judge(self.records.case_of(self.filing, typed))

    def _stored(self) -> list[ShownFinding]:
        return [shown(one) for one in self.records.findings.get(self.filing.pk, ())]

    def changes_by(self, form: FilingForm) -> list[Change]:
        """What is saved now against what was typed, for the second of two writers."""
        saved = content(self.entries, self.filing.outsourced_scope)
        scope = form.cleaned_data.get("outsourced_scope", "")
        found = changes(saved, content(self._typed(form), scope))
        return found + tick_changes(self.filing, is_ticked=form.cleaned_data["complete"])

    @property
    def energies(self) -> list[tuple[str, str]]:
        """(name, unit) of what the year's set knows beside the lines of its form."""
        lines = (line for line in lines_of(self.table.year) if line.kind is Kind.OTHERS)
        return [known for line in lines for known in self.table.names(line.code)]

    def _typed(self, form: FilingForm) -> list[Entry]:
        """What a save would store: the answers, and what stays because the form has no field."""
        computed = [entry_for(one, self.table, may_lack=True) for one in form.answers]
        return computed + not_on_form(self.entries, self.table.year)

    def _factors(self) -> dict[int, Factor]:
        """Factors by id: the year's, and those that saved entries were computed with before."""
        factors = {row.pk: row for rows in self.table.rows.values() for row in rows}
        used = {term["factor"] for entry in self.entries for term in entry.terms}
        older = used - factors.keys()
        return {**factors, **Factor.objects.in_bulk(older)} if older else factors
