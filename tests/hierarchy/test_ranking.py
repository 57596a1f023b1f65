"""提醒事項: what is improbable below the desk, in the reviewer's order; why a row has no tick."""

import re

import pytest
from django.urls import reverse

from inventory import workflow
from inventory.models import Judgement
from inventory.plausibility.refreshing import judge_year
from tests.factories import UnitFactory
from tests.hierarchy.county import answers, file, filing, opened, person, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def odd(land):
    """Three units with findings of 104: a thousand times, ten times, half as much again."""
    units = [UnitFactory(name=f"單位{at}", parent=land.township) for at in range(3)]
    opened(103)
    opened()
    for unit, amount in zip(units, ("150200", "1002000", "100200000"), strict=True):
        file(unit, "100100", year=103)
        file(unit, amount)
    return units


def url(page="findings"):
    return reverse(f"hierarchy:{page}", args=[104])


def names(page):
    return re.findall(r'class="row-title">(\S+) <span', page)


class TestRanking:
    def test_the_most_improbable_stands_first(self, land, as_of, odd):
        page = text_of(as_of(land.government).get(url()))
        assert names(page) == ["單位2", "單位1", "單位0"]
        assert "約為 1,000 倍" in page
        assert "未填原因" in page

    def test_what_was_explained_stands_behind_and_what_was_confirmed_last(self, land, as_of, odd):
        file(odd[2], "100200001", reason="equipment")
        workflow.confirm(
            filing=filing(odd[1]), revision=filing(odd[1]).revision, by=person(land.government)
        )
        page = text_of(as_of(land.government).get(url()))
        assert names(page) == ["單位0", "單位2", "單位1"]

    def test_only_what_is_below_the_desk(self, land, as_of, odd):
        assert names(text_of(as_of(land.sibling).get(url()))) == []
        assert len(names(text_of(as_of(land.township).get(url())))) == 3

    def test_as_many_queries_for_three_as_for_one(
        self, land, as_of, odd, django_assert_max_num_queries
    ):
        client = as_of(land.government)
        with django_assert_max_num_queries(10):
            client.get(url())

    def test_the_list_leads_there(self, land, as_of):
        assert f'href="{url()}"' in text_of(as_of(land.government).get(url("list")))


class TestNoTick:
    def page(self, land, as_of):
        return text_of(as_of(land.township).get(url("list")))

    def test_what_nobody_explained(self, land, as_of, odd):
        page = self.page(land, as_of)
        assert 'name="chosen"' not in page
        assert "不能勾選：1 項提醒未說明" in page

    def test_what_could_be_held_against_nothing(self, land, as_of):
        alone = UnitFactory(name="頭一年", parent=land.township)
        opened()
        file(alone, "100100")
        assert "不能勾選：沒有鄰近年度或同類單位可以比較" in self.page(land, as_of)
        view = reverse("hierarchy:view", args=[104, alone.code])
        assert "沒有可以比較的對象" in text_of(as_of(land.township).get(view))

    def test_what_was_saved_before_there_were_findings(self, land, as_of):
        file(land.school)
        assert 'name="chosen"' in self.page(land, as_of)
        Judgement.objects.all().delete()
        assert "不能勾選：尚未檢核" in self.page(land, as_of)
        judge_year(104)
        assert 'name="chosen"' in self.page(land, as_of)

    def test_complete_and_empty(self, land, as_of):
        stored = filing(land.school)
        workflow.save(
            filing=stored,
            answers=answers("0"),
            outsourced_scope="",
            complete=True,
            revision=stored.revision,
            factor_set=stored.year.factor_set_id,
            by=person(land.school),
        )
        page = self.page(land, as_of)
        assert "1 項提醒（1 項未說明）" in page
        assert 'name="chosen"' not in page
