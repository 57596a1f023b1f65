"""The basis of a total: its factor sets, its editions of the GWP, how many filings of how many."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Case, Count, F, OuterRef, SlugField, Subquery, When
from django.utils.translation import gettext as _

from accounts.wording import listed, with_remark
from inventory.models import WITHOUT_FIGURES, FactorSet, FilingQuerySet, FilingVersion
from inventory.published import IS_OLDER
from inventory.templatetags.factors import in_language


@dataclass(frozen=True, slots=True)
class SetUse:
    """A factor set and how many filings of a total were computed with it.

    filings is 0 where only single entries are: such as no form asks any more, which a recompute
    leaves as they were.
    """

    factor_set: FactorSet
    filings: int


@dataclass(frozen=True, slots=True)
class Basis:
    """What has to stand beside a total.

    included: filings that are in it; owing: those that owe one; uncounted: answers in no sum.
    """

    uses: tuple[SetUse, ...]
    included: int
    owing: int
    uncounted: int

    def with_entry_sets(self, sets: Mapping[str, FactorSet]) -> tuple[SetUse, ...]:
        """The sets of the filings, and those that only entries have."""
        known = {use.factor_set.slug for use in self.uses}
        return (*self.uses, *(SetUse(one, 0) for slug, one in sets.items() if slug not in known))

    @property
    def editions(self) -> list[tuple[str, int]]:
        """The editions of the GWP and how many filings are on each, by name."""
        found: Counter[str] = Counter()
        for use in self.uses:
            found[use.factor_set.gwp_basis] += use.filings
        return sorted(found.items())

    @property
    def is_mixed(self) -> bool:
        """Whether the total is over more than one edition: no number without a word."""
        return len(self.editions) > 1

    @property
    def edition_names(self) -> str:
        """The editions in one line, each with its filings where there are several."""
        if not self.is_mixed:
            return "".join(name for name, _number in self.editions)
        counted = (with_remark(name, told(number)) for name, number in self.editions)
        return listed(counted)

    @property
    def sentences(self) -> list[str]:
        """The basis in words, for a sheet: filings, uncounted items, editions, sets."""
        what = {"included": self.included, "owing": self.owing, "uncounted": self.uncounted}
        found = [
            _(
                "合計的依據：應填報 %(owing)s 份，計入 %(included)s 份；"
                "已申報而未計入 %(uncounted)s 項。"
            )
            % what
        ]
        if self.uses:
            found.append(_("GWP 版本：%(editions)s。") % {"editions": self.edition_names})
        if self.is_mixed:
            found.append(mixed_warning())
        for use in self.uses:
            title = in_language(use.factor_set.title, use.factor_set.title_en)
            name = f"{title} {use.factor_set.identity}"
            found.append(_("係數版本：%(set)s") % {"set": with_remark(name, told(use.filings))})
        return found


def filings(number: int) -> str:
    """How many filings, in words."""
    return _("%(number)s 份") % {"number": number}


def told(number: int) -> str:
    """How much of a total a set was used for: filings, or single entries of other filings."""
    return filings(number) if number else _("僅個別項目")


def mixed_warning() -> str:
    """What has to stand beside a number over two editions."""
    return _("合計包含不同 GWP 版本的數字，並非同一基準；請分別看待，或改以單一版本計算。")


def sets_of(slugs: Iterable[str]) -> dict[str, FactorSet]:
    """The sets with these ids. One query, and none for none."""
    wanted = set(slugs)
    return FactorSet.objects.defer("content").in_bulk(wanted) if wanted else {}


def uses_of(
    numbers: Mapping[str, int], entries: Iterable[str], sets: Mapping[str, FactorSet]
) -> tuple[SetUse, ...]:
    """The sets by how many filings were saved with them, then those that only entries have."""
    uses = [SetUse(sets[slug], numbers.get(slug, 0)) for slug in {*numbers, *entries}]
    return tuple(sorted(uses, key=lambda use: (-use.filings, use.factor_set.slug)))


def of_public_version() -> Case:
    """Of a public filing: the id of the set that its public version was saved with."""
    version = FilingVersion.objects.filter(
        filing=OuterRef("pk"), number=OuterRef("published_version")
    )
    older = Subquery(version.values("factor_set_id"))
    return Case(When(IS_OLDER, then=older), default=F("factor_set_id"), output_field=SlugField())


SHOWN_OF_A_SET = ("slug", "title", "title_en", "checksum", "gwp_basis")


def desk_uses(filings: FilingQuerySet) -> tuple[SetUse, ...]:
    """The sets of filings as they stand, drafts too; of a set what a basis shows. One query."""
    with_figures = filings.exclude(status__in=WITHOUT_FIGURES).order_by()
    shown = (f"factor_set__{name}" for name in SHOWN_OF_A_SET)
    rows = with_figures.values_list(*shown).annotate(number=Count("pk"))
    sets = [(FactorSet(**dict(zip(SHOWN_OF_A_SET, row, strict=False))), row[-1]) for row in rows]
    numbers = {one.slug: number for one, number in sets}
    return uses_of(numbers, (), {one.slug: one for one, _number in sets})
