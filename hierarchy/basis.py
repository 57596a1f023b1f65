"""What the total of a list is made of, by category and gas, and the same on one edition."""

from dataclasses import dataclass
from typing import cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hierarchy import scope
from hierarchy.totals import OWING_COUNT, STARTED_COUNT, UNCOUNTED_COUNT
from inventory.basis.breakdown import Breakdown
from inventory.basis.sets import Basis, desk_uses
from inventory.basis.sums import LineSum, added_up, desk_line_sums
from inventory.factors.editions import editions
from inventory.models import Filing
from inventory.read_snapshot import read_snapshot


class EditionForm(forms.Form):
    """The edition of the GWP that all figures are computed on; without one, as they were filed."""

    edition = forms.ChoiceField(label=gettext_lazy("GWP 版本"), required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        field = cast(forms.ChoiceField, self.fields["edition"])
        known = [
            (name.lower(), _("全部以 %(edition)s 計算") % {"edition": name}) for name in editions()
        ]
        field.choices = [("", _("依各填報採用的版本")), *known]
        field.widget.attrs["class"] = "form-select"

    @property
    def chosen(self) -> str:
        """The edition by its name; "" for none, and for one that does not exist."""
        return str(self.cleaned_data["edition"]).upper() if self.is_valid() else ""


@dataclass(frozen=True, slots=True)
class SubtreeBasis:
    """A unit and everything below it, drafts as they stand. edition: "" for figures as filed."""

    root: Filing
    basis: Basis
    edition: str
    breakdown: Breakdown
    uncomputable: tuple[LineSum, ...]


def basis_of(root: Filing) -> Basis:
    """Of the last row of a list: of the heading and everything below it. Two queries."""
    filings = scope.subtree_of(root)
    figures = {"included": STARTED_COUNT, "owing": OWING_COUNT, "uncounted": UNCOUNTED_COUNT}
    found = filings.aggregate(**{name: figure.aggregate for name, figure in figures.items()})
    numbers = {name: number or 0 for name, number in found.items()}
    return Basis(desk_uses(filings), **numbers)


def subtree_basis(root: Filing, edition: str) -> SubtreeBasis:
    """Everything that the page says, of one moment. Five queries."""
    with read_snapshot():
        sums = list(desk_line_sums(scope.subtree_of(root), edition))
        lacking = tuple(one for one in sums if one.missing)
        return SubtreeBasis(root, basis_of(root), edition, added_up(sums), lacking)
