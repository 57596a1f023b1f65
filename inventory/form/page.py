"""What the page of one year's form is made of: read once, then shown or computed."""

from collections.abc import Iterable
from copy import copy
from typing import Any, cast

from django.http import QueryDict

from inventory.entries import checks
from inventory.entries.answers import not_on_form
from inventory.entries.computing import entry_for
from inventory.entries.statement import FilingStatement, lay_out
from inventory.factors.table import FactorTable
from inventory.form.filing_form import FilingForm
from inventory.form.tick import tick_changes
from inventory.lines import Kind, lines_of
from inventory.models import Entry, Factor, FactorSet, Filing
from inventory.versions.changes import Change, changes, content


class FilingPage:
    """A filing with its entries, last year's, and the year's factors: three queries."""

    def __init__(self, filing: Filing) -> None:
        self.filing = filing
        self.table = FactorTable.of(filing.year)
        self.entries = list(filing.entries.all())
        self.last_year = checks.entries_of_last_year(filing)

    def form(self, data: QueryDict | None = None, *, mark_unused: bool = False) -> FilingForm:
        """The form as saved, or bound to what was typed."""
        return FilingForm(
            data,
            table=self.table,
            entries=self.entries,
            last_year=self.last_year,
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
        return lay_out(self.filing, entries, self.last_year, self._factors())

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
