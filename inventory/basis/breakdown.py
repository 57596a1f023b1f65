"""Kilograms by ISO 14064-1 category and by gas. Both add up to the kilograms that they are of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.calculator import GasFactor, GasShare, gas_shares, group_of
from inventory.calculator.gases import UNDIVIDED, group_order
from inventory.lines import Category, Operation, line_of
from inventory.models import Entry

ZERO = Decimal("0.0000")
BIOGENIC = _("生質 CO₂")
CATEGORY_LABELS: dict[Category, Promise] = {
    Category.DIRECT: _("直接排放"),
    Category.ENERGY_INDIRECT: _("能源間接排放"),
    Category.OTHER_INDIRECT: _("其他間接排放（委外操作）"),
}
GAS_LABELS: dict[str, str | Promise] = {
    "CO2": "CO₂",
    "CH4": "CH₄",
    "N2O": "N₂O",
    "SF6": "SF₆",
    "NF3": "NF₃",
    UNDIVIDED: _("未分氣體 (CO₂e)"),
}


@dataclass(slots=True)
class GasAmount:
    """kg CO2e, and kg of the gas itself; that is None where no gas is told."""

    kg: Decimal = ZERO
    gas_kg: Decimal | None = None

    def add(self, kg: Decimal, gas_kg: Decimal | None) -> None:
        """More of the same gas."""
        self.kg += kg
        if gas_kg is not None:
            self.gas_kg = (self.gas_kg or ZERO) + gas_kg

    @property
    def tonnes(self) -> Decimal | None:
        """Of the gas itself: its kg moved by three places, nothing rounded."""
        return None if self.gas_kg is None else self.gas_kg.scaleb(-3)


@dataclass(frozen=True, slots=True)
class CategoryTotal:
    """One category. Own operations are direct or energy indirect, outsourced ones the third."""

    category: Category
    kg: Decimal

    @property
    def label(self) -> str | Promise:
        return CATEGORY_LABELS[self.category]

    @property
    def is_in_total(self) -> bool:
        """Whether it is a part of the total without outsourced operations."""
        return self.category is not Category.OTHER_INDIRECT


@dataclass(frozen=True, slots=True)
class GasRow:
    """One group of gases, for own and for outsourced operations."""

    label: str | Promise
    own: GasAmount
    outsourced: GasAmount


@dataclass(slots=True)
class Breakdown:
    """Amounts by operation, category, gas and whether it is biogenic."""

    amounts: dict[tuple[Operation, Category, str, bool], GasAmount] = field(default_factory=dict)

    def add(self, operation: str, line: str, share: GasShare) -> None:
        """One gas of an entry, or of many entries of one line."""
        of = Operation(operation)
        key = (of, line_of(line).category_of(of), share.gas, share.is_biogenic)
        self.amounts.setdefault(key, GasAmount()).add(share.kg, share.gas_kg)

    def add_all(self, other: "Breakdown") -> None:
        """Another one's amounts as well."""
        for key, amount in other.amounts.items():
            self.amounts.setdefault(key, GasAmount()).add(amount.kg, amount.gas_kg)

    @property
    def categories(self) -> list[CategoryTotal]:
        """All three, also those of nothing; biogenic CO2 is in none."""
        return category_totals(
            (category, amount.kg)
            for (_operation, category, _gas, is_biogenic), amount in self.amounts.items()
            if not is_biogenic
        )

    @property
    def gases(self) -> list[GasRow]:
        """What counts, by group of gases, in the order of the protocols."""
        groups: dict[str, dict[Operation, GasAmount]] = {}
        for (operation, _category, gas, is_biogenic), amount in self.amounts.items():
            if not is_biogenic:
                group = groups.setdefault(group_of(gas), {one: GasAmount() for one in Operation})
                group[operation].add(amount.kg, amount.gas_kg)
        return [
            GasRow(GAS_LABELS.get(group, group), *groups[group].values())
            for group in sorted(groups, key=group_order)
        ]

    @property
    def biogenic(self) -> GasRow | None:
        """Biogenic CO2, which is in no total; None where there is none."""
        both = {operation: GasAmount() for operation in Operation}
        found = [(key, amount) for key, amount in self.amounts.items() if key[3]]
        for (operation, _category, _gas, _is_biogenic), amount in found:
            both[operation].add(amount.kg, amount.gas_kg)
        return GasRow(BIOGENIC, *both.values()) if found else None

    def kg_of(self, operation: Operation) -> Decimal:
        """What its gases come to: the total of the operation."""
        return sum(
            (
                amount.kg
                for key, amount in self.amounts.items()
                if key[0] is operation
                if not key[3]
            ),
            ZERO,
        )

    @property
    def own_kg(self) -> Decimal:
        return self.kg_of(Operation.OWN)

    @property
    def outsourced_kg(self) -> Decimal:
        return self.kg_of(Operation.OUTSOURCED)


def category_totals(amounts: Iterable[tuple[Category, Decimal]]) -> list[CategoryTotal]:
    """Every category with what was added to it, in ISO 14064-1's order."""
    sums = dict.fromkeys(Category, ZERO)
    for category, kg in amounts:
        sums[category] += kg
    return [CategoryTotal(category, kg) for category, kg in sums.items()]


def by_category(entries: Iterable[Entry]) -> dict[Category, Decimal]:
    """Entries' kg CO2e by category, without opening them."""
    sums = dict.fromkeys(Category, ZERO)
    for entry in entries:
        if entry.kg is not None:
            sums[line_of(entry.line).category_of(Operation(entry.operation))] += entry.kg
    return sums


def frozen_factors(entry: Entry) -> list[GasFactor]:
    """The factors that an entry keeps."""
    return [frozen_factor(term) for term in entry.terms]


def frozen_factor(term: dict[str, str]) -> GasFactor:
    """One term as it was frozen. Raises KeyError or InvalidOperation for what is none."""
    return GasFactor(
        term["gas"], Decimal(term["value"]), Decimal(term["gwp"]), bool(term.get("biogenic"))
    )


def shares_of(entry: Entry) -> Iterator[GasShare]:
    """An entry's gases; its kg without any where it has kilograms and no terms."""
    if entry.kg is None or entry.quantity is None:
        return
    if entry.terms:
        yield from gas_shares(entry.quantity, frozen_factors(entry))
    else:
        yield GasShare(UNDIVIDED, False, entry.kg, None)


def breakdown_of(entries: Iterable[Entry]) -> Breakdown:
    """The categories and gases of entries, from their frozen factors. No query."""
    found = Breakdown()
    for entry in entries:
        for share in shares_of(entry):
            found.add(entry.operation, entry.line, share)
    return found
