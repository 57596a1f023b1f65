"""What the page of one year's form is made of: read once, then shown or computed."""

from collections.abc import Iterable

from django.http import QueryDict

from inventory.entries import checks
from inventory.entries.computing import entry_for
from inventory.entries.statement import FilingStatement, lay_out
from inventory.factors.table import FactorTable
from inventory.form.filing_form import FilingForm
from inventory.models import Entry, Factor, Filing
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
                "version": self.filing.version,
                "outsourced_scope": self.filing.outsourced_scope,
                "complete": self.filing.completed_at is not None,
            },
            mark_unused=mark_unused,
        )

    def statement(self, form: FilingForm) -> FilingStatement:
        """The figures beside the form: computed from what was typed, else as saved."""
        if form.is_bound:
            form.is_valid()
            entries: Iterable[Entry] = [entry_for(one, self.table) for one in form.answers]
        else:
            entries = self.entries
        return lay_out(self.filing, entries, self.last_year, self._factors())

    def changes_by(self, form: FilingForm) -> list[Change]:
        """What is saved now against what was typed, for the second of two writers."""
        typed = [entry_for(one, self.table) for one in form.answers]
        saved = content(self.entries, self.filing.outsourced_scope)
        scope = form.cleaned_data.get("outsourced_scope", "")
        return changes(saved, content(typed, scope))

    def _factors(self) -> dict[int, Factor]:
        """Factors by id: the year's, and those that saved entries were computed with before."""
        factors = {row.pk: row for rows in self.table.rows.values() for row in rows}
        used = {term["factor"] for entry in self.entries for term in entry.terms}
        older = used - factors.keys()
        return {**factors, **Factor.objects.in_bulk(older)} if older else factors
