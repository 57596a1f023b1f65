"""A filing's figures as plausibility looks at them: one per operation and line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from inventory.plausibility.findings import Key

ZERO = Decimal(0)
MIN_DIGITS = 7  # significant digits that have to agree before figures count as a copy


@dataclass(frozen=True, slots=True)
class LineFigure:
    """What was answered to a line: 0 for 未使用.

    quantity: in the line's unit; of a line whose rows have several units its kg CO2e. typed: every
    number that is not 0, as it was typed.
    """

    quantity: Decimal
    kg: Decimal
    typed: tuple[Decimal, ...] = ()

    @property
    def is_used(self) -> bool:
        """Whether anything was used, counted or not."""
        return bool(self.typed)


NOT_USED = LineFigure(ZERO, ZERO)


@dataclass(frozen=True, slots=True)
class Figures:
    """The answered lines of one filing. A line without an answer is absent."""

    lines: Mapping[Key, LineFigure]

    @property
    def kg(self) -> Decimal:
        """kg CO2e of everything, own and outsourced."""
        return sum((line.kg for line in self.lines.values()), ZERO)

    @property
    def used(self) -> dict[Key, LineFigure]:
        """The lines of which something was used."""
        return {key: line for key, line in self.lines.items() if line.is_used}

    def get(self, key: Key) -> LineFigure:
        """The line's figure; one without an answer counts as not used."""
        return self.lines.get(key, NOT_USED)

    @property
    def fingerprint(self) -> str:
        """The same for the same figures and no others; "" for too few digits to mean anything."""
        used = sorted((key, line.typed) for key, line in self.used.items())
        if digits(number for _key, typed in used for number in typed) < MIN_DIGITS:
            return ""
        text = ";".join(f"{key}{[f'{n.normalize():f}' for n in typed]}" for key, typed in used)
        return sha256(text.encode()).hexdigest()[:32]


def digits(numbers: Iterable[Decimal]) -> int:
    """How many significant digits the numbers have together: 1,200.5 has 5, 1,200 has 2."""
    return sum(len(number.normalize().as_tuple().digits) for number in numbers if number)
