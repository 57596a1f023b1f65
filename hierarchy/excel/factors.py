"""The sheet 係數: every factor that a figure of the workbook was computed with."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from hierarchy.cells import Format, SheetColumn, Value
from inventory.lines import line_of, unit_label
from inventory.models import Entry, Factor, FactorSet
from inventory.templatetags.factors import confidence_label

FACTOR_COLUMNS: tuple[SheetColumn, ...] = (
    SheetColumn(_("係數版本"), Format.TEXT, 34),
    SheetColumn(_("項目"), Format.TEXT, 24),
    SheetColumn(_("名稱"), Format.TEXT, 18),
    SheetColumn(_("適用年度"), Format.PLAIN, 10),
    SheetColumn(_("單位"), Format.TEXT, 12),
    SheetColumn(_("氣體"), Format.TEXT, 12),
    SheetColumn(_("係數（公斤氣體／單位）"), Format.FACTOR, 22),
    SheetColumn(_("GWP"), Format.FACTOR, 12),
    SheetColumn(_("GWP 版本"), Format.TEXT, 12),
    SheetColumn(_("使用筆數"), Format.COUNT, 12),
    SheetColumn(_("可信度"), Format.TEXT, 16),
    SheetColumn(_("來源"), Format.TEXT, 60),
    SheetColumn(_("推導"), Format.TEXT, 60),
    SheetColumn(_("GWP 可信度"), Format.TEXT, 16),
    SheetColumn(_("GWP 來源"), Format.TEXT, 60),
)


@dataclass
class FactorsUsed:
    """Counts, while entries are read, with which factor and which frozen values each was made."""

    uses: Counter[tuple[int, str, str]] = field(default_factory=Counter)

    def note(self, entries: Iterable[Entry]) -> None:
        """Remember the frozen terms of these entries."""
        self.uses.update(
            (term["factor"], term["value"], term["gwp"])
            for entry in entries
            for term in entry.terms
        )

    @cached_property
    def factors(self) -> dict[int, Factor]:
        """The factors with their sets, once all entries were read. One query."""
        keys = {pk for pk, _value, _gwp in self.uses}
        return Factor.objects.select_related("factor_set").in_bulk(keys)

    @property
    def sets(self) -> dict[str, FactorSet]:
        """The sets that the entries themselves were computed with."""
        found = (factor.factor_set for factor in self.factors.values())
        return {one.slug: one for one in found}

    def rows(self) -> Iterator[list[Value]]:
        """The factors in the order of their sets; values are those the entries froze."""
        for (pk, value, gwp), count in sorted(self.uses.items()):
            yield self._row(self.factors[pk], Decimal(value), Decimal(gwp), count)

    def _row(self, factor: Factor, value: Decimal, gwp: Decimal, count: int) -> list[Value]:
        return [
            factor.factor_set.title,
            str(line_of(factor.line).label),
            factor.name,
            factor.year,
            unit_label(factor.unit),
            factor.gas,
            value,
            gwp,
            factor.factor_set.gwp_basis,
            count,
            str(confidence_label(factor.confidence)),
            factor.source,
            factor.derivation,
            str(confidence_label(factor.gwp_confidence)),
            factor.gwp_source,
        ]
