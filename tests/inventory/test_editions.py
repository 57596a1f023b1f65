"""The form of a year is an edition: a line begins and ends, and what was filed stays."""

import csv
import shutil
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from openpyxl import load_workbook

from inventory import lines, workflow
from inventory.entries.answers import Answer, answers_from, unanswered
from inventory.entries.statement import read_statement
from inventory.factors import store
from inventory.factors.judging import parse_publication
from inventory.factors.toml_text import PublicationError
from inventory.impact.estimate import what_if
from inventory.impact.recompute import next_batch, recompute_many
from inventory.lines import DIRECT, LINES, VEHICLES, Category, Line, Operation, lines_of
from inventory.models import Entry, FactorSet, Filing, ReportingYear
from inventory.policies import NotAllowed, today
from inventory.workflow.publishing import publish
from tests.inventory.conftest import SET, County, close, complete, number
from tests.inventory.factor_sets import accepting, file, keep_set, toml
from tests.pages import fields_of

OWN, OUTSOURCED = Operation.OWN, Operation.OUTSOURCED
PEAT = Line("peat", VEHICLES, "泥炭", "kg", DIRECT, since=104)
URL, LAST = "/inventory/104/", "/inventory/103/"
LACKS = "本年度採用的係數版本沒有「泥炭」的係數，請洽平台管理者。"
Ask = Callable[..., None]
SignIn = Callable[..., Client]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Lets the forms ask more lines than today's, after 柴油; `ask()` is today's form again."""

    def asking(*more: Line) -> None:
        at = 1 + next(place for place, line in enumerate(LINES) if line.code == "diesel")
        monkeypatch.setattr(lines, "LINES", (*LINES[:at], *more, *LINES[at:]))

    return asking


def typed(client: Client, url: str = URL, **answers: str) -> dict[str, str]:
    """The page's form with answers typed in; __ stands for -."""
    fields = fields_of(client.get(url).text, "filing")
    return fields | {name.replace("__", "-"): value for name, value in answers.items()}


def with_peat(county: County) -> FactorSet:
    """A set that has a factor of 2.5 kg CO2 for the new line, in force for 104."""
    factor_set = keep_set(toml())
    publish(factor_set=factor_set, years=[104], reason="新項目", by=county.administrator)
    return factor_set


class TestLines:
    """What belongs to a line."""

    def test_codes_are_unique_and_so_are_the_labels_of_one_form(self) -> None:
        assert len({line.code for line in LINES}) == len(LINES)
        for year in range(100, 200):
            labels = [str(line.label) for line in lines_of(year)]
            assert len(labels) == len(set(labels)), "a list names its lines by their labels"

    def test_a_line_is_asked_from_its_first_year_to_its_last(self) -> None:
        line = replace(PEAT, since=104, until=106)
        assert [year for year in range(100, 110) if line.is_asked_in(year)] == [104, 105, 106]
        assert replace(PEAT, since=None).is_asked_in(1)

    def test_a_repeated_row_says_what_its_parts_are(self) -> None:
        for line in LINES:
            assert bool(line.name_label) == (line.kind is not lines.Kind.SINGLE)

    def test_what_others_operate_is_other_indirect_whatever_is_burnt(self) -> None:
        assert {line.category_of(OUTSOURCED) for line in LINES} == {Category.OTHER_INDIRECT}
        bought = [line.code for line in LINES if line.category_of(OWN) is not Category.DIRECT]
        assert bought == ["electricity"]

    def test_a_bound_is_a_quantity_that_can_be_typed(self) -> None:
        bounds = [line.most for line in LINES if line.is_summable]
        assert all(bound and 0 < bound < 10**9 for bound in bounds)

    def test_an_unknown_code_stands_for_itself_and_is_asked_in_no_year(self) -> None:
        line = lines.line_of("coal")
        assert (line.label, line.group.label, line.source.code) == ("coal", "coal", "coal")
        assert not line.is_summable
        assert not any(line.is_asked_in(year) for year in range(1, 1000))


@pytest.mark.django_db
class TestNewLine:
    """A line that is asked since 104, on a site whose sets were stored before."""

    @pytest.fixture(autouse=True)
    def _peat(self, county: County, ask: Ask) -> None:
        ask(PEAT)

    def test_only_the_forms_since_then_have_it(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        now, before = client.get(URL).text, client.get(LAST).text
        assert "own-peat" in fields_of(now, "filing")
        assert now.index(">柴油</label>") < now.index(">泥炭</label>") < now.index("其他設施")
        assert "own-peat" not in fields_of(before, "filing")
        assert "泥炭" not in before

    def test_only_these_years_need_it_answered(self, sign_in: SignIn, county: County) -> None:
        answered = complete(number("electricity", "1"))
        assert unanswered(answered, 104) == []
        without = [answer for answer in answered if answer.line != "peat"]
        assert unanswered(without, 103) == []
        assert unanswered(without, 104) == [(OWN, "peat"), (OUTSOURCED, "peat")]
        with pytest.raises(NotAllowed, match="尚有項目未填"):
            file(county, county.school, without)
        client = sign_in(county.school)
        client.post(URL, typed(client, own__electricity="1", complete="on", action="save_unused"))
        assert Entry.objects.filter(line="peat", answer="unused").count() == 2
        client.post(
            LAST, typed(client, LAST, own__electricity="1", complete="on", action="save_unused")
        )
        assert county.filing(county.school, 103).status == "completed"
        assert not Entry.objects.filter(line="peat", filing__year=103).exists()

    def test_a_year_that_does_not_ask_it_takes_no_answer(self, county: County) -> None:
        filing = county.filing(county.school, 103)
        given = {"filing": filing, "answers": [number("peat", "1")], "outsourced_scope": ""}
        with pytest.raises(NotAllowed, match="103 年度的表單沒有「泥炭」"):
            workflow.save(
                **given, complete=False, revision=0, factor_set=SET, by=county.user(county.school)
            )
        with pytest.raises(NotAllowed, match="103 年度的表單沒有「泥炭」"):
            workflow.prefill(**given, by=county.administrator)

    def test_computing_says_at_the_line_what_the_set_lacks(
        self, sign_in: SignIn, county: County
    ) -> None:
        client = sign_in(county.school)
        fields = typed(client, own__peat="7", outsourced__peat="8", own__lpg="2")
        page = client.post(URL, fields | {"action": "calculate"})
        assert page.status_code == 200
        assert f'<div id="error-own-peat"><p class="field-error">{LACKS}</p>' in page.text
        assert '<a href="#id_own-peat">' in page.text
        assert "小計不含：泥炭、委外：泥炭" in page.text
        assert "有 2 項無法計算" in page.text
        assert "<dd>6.379</dd>" in page.text, "the rest is computed"
        part = client.post(
            URL, fields | {"action": "calculate"}, headers={"HX-Request": "true"}
        ).text
        assert LACKS in part
        assert "小計不含：泥炭、委外：泥炭" in part

    def test_saving_is_refused_at_the_line_and_nothing_typed_is_lost(
        self, sign_in: SignIn, county: County
    ) -> None:
        client = sign_in(county.school)
        page = client.post(URL, typed(client, own__peat="7", own__lpg="2", action="save"))
        assert page.status_code == 422
        assert f'<div id="error-own-peat"><p class="field-error">{LACKS}</p>' in page.text
        again = fields_of(page.text, "filing")
        assert (again["own-peat"], again["own-lpg"]) == ("7", "2")
        assert not Entry.objects.exists()
        client.post(URL, again | {"own-peat": "", "action": "save"})
        assert Entry.objects.get().line == "lpg", "the rest can be saved"

    def test_a_set_published_while_the_form_was_saved_is_told_at_the_line_too(
        self, sign_in: SignIn, county: County, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with_peat(county)
        old, save = FactorSet.objects.get(slug=SET), workflow.save

        def published_meanwhile(**given: object) -> Filing:
            publish(factor_set=old, years=[104], reason="x", by=county.administrator)
            return save(**given)

        client = sign_in(county.school)
        fields = typed(client, own__peat="7", action="save")
        monkeypatch.setattr(workflow, "save", published_meanwhile)
        page = client.post(URL, fields)
        assert page.status_code == 409
        assert f"係數版本已改為「{old.title}」" in page.text
        assert LACKS in page.text
        assert fields_of(page.text, "filing")["own-peat"] == "7"
        assert not Entry.objects.exists()

    def test_with_a_factor_it_counts_like_every_line(self, sign_in: SignIn, county: County) -> None:
        with_peat(county)
        client = sign_in(county.school)
        client.post(URL, typed(client, own__peat="4", action="save"))
        filing = county.filing(county.school)
        assert filing.own_kg == Decimal("10.0000")
        [row] = [row for row in read_statement(filing).rows if row.key == "own-peat"]
        assert (row.kg, row.is_on_form) == (Decimal("10.0000"), True)

    def test_it_does_not_appear_beside_a_year_that_did_not_ask_it(
        self, county: County, ask: Ask
    ) -> None:
        with_peat(county)
        now = file(county, county.school, complete(number("peat", "900")))
        last = county.filing(county.school, 103)
        rest = [Answer(operation, code, None) for operation, code in unanswered([], 103)]
        save = {"outsourced_scope": "", "complete": True, "by": county.user(county.school)}
        save["factor_set"] = last.year.factor_set_id
        workflow.save(filing=last, answers=rest, revision=0, **save)
        assert read_statement(now).findings == []
        ask(replace(PEAT, since=None))
        last = county.filing(county.school, 103)
        more = [*rest, Answer(OWN, "peat", None), Answer(OUTSOURCED, "peat", None)]
        workflow.save(filing=last, answers=more, revision=1, **save)
        now = file(county, county.school, complete(number("peat", "901")))
        assert [one.finding.key for one in read_statement(now).findings] == [("own", "peat")]

    def test_the_desk_points_at_the_lines_of_the_year(
        self, sign_in: SignIn, county: County
    ) -> None:
        file(county, county.school, complete())
        rest = [Answer(operation, code, None) for operation, code in unanswered([], 103)]
        workflow.save(
            filing=county.filing(county.school, 103), answers=rest, outsourced_scope="",
            complete=True, revision=0, factor_set=SET, by=county.user(county.school),
        )  # fmt: skip
        client = sign_in(county.government)
        code = county.school.code
        assert 'value="own-peat"' in client.get(f"/hierarchy/104/{code}/view/").text
        assert 'value="own-peat"' not in client.get(f"/hierarchy/103/{code}/view/").text

    @pytest.mark.parametrize(("year", "columns"), [(103, 0), (104, 4)])  # with kilograms
    def test_the_workbook_has_a_column_where_the_year_asks_it(
        self, sign_in: SignIn, county: County, year: int, columns: int
    ) -> None:
        sheet = detail_sheet(sign_in(county.government), year)
        headings = [str(cell.value) for row in sheet.iter_rows() for cell in row]
        assert sum("泥炭" in heading for heading in headings) == columns

    @pytest.mark.parametrize(("year", "says"), [(103, "103 年度的表單沒有這個項目"), (104, LACKS)])
    def test_an_import_refuses_the_cell(
        self, county: County, tmp_path: Path, capsys, year: int, says: str
    ) -> None:
        file_ = tmp_path / "filings.csv"
        file_.write_text(f"年度,帳號,項目,數量\n{year},z371036500X,泥炭,5\n", encoding="utf-8")
        with pytest.raises(CommandError, match="1 problems"):
            call_command("import_filings", str(file_), by="admin")
        error = capsys.readouterr().err
        assert "C2" in error
        assert says in error

    def test_what_if_and_recompute_say_what_a_set_lacks(self, county: County) -> None:
        with_peat(county)
        filed = file(county, county.school, complete(number("peat", "4")))
        old, year = FactorSet.objects.get(slug=SET), ReportingYear.objects.get(year=104)
        [unable] = what_if(old, year).unable
        assert unable.problem == "本版沒有「泥炭」的係數"
        publish(
            factor_set=old,
            years=[104],
            reason="x",
            by=county.administrator,
            **accepting(old, 104),
        )
        year.refresh_from_db()
        assert next_batch(old, year) == []
        with pytest.raises(NotAllowed, match="本版沒有「泥炭」的係數"):
            recompute_many(
                factor_set=old, year=year, revisions={filed.pk: 1}, reason="x",
                by=county.administrator,
            )  # fmt: skip
        filed.refresh_from_db()
        assert filed.own_kg == Decimal("10.0000")

    def test_a_stored_set_is_not_judged_by_a_form_that_it_does_not_know(
        self, client: Client, county: County
    ) -> None:
        address = f"/disclosure/factors/{SET}"
        assert client.get(f"{address}/").status_code == 200
        assert client.get(f"{address}.json").json()["id"] == SET
        client.force_login(
            county.administrator, backend="django.contrib.auth.backends.ModelBackend"
        )
        page = client.get(f"/admin/inventory/factorset/{SET}/what-if/")
        assert page.status_code == 200
        saved = file(county, county.school, [number("electricity", "1000")], ticked=False)
        assert saved.own_kg == 528

    def test_what_came_with_a_release_loads_on_a_new_site_too(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
    ) -> None:
        released = (store.PUBLICATIONS / store.JUDGED).read_text().splitlines()
        for file_name in (store.JUDGED, *(line.split()[1] for line in released)):
            shutil.copy(store.PUBLICATIONS / file_name, tmp_path)
        monkeypatch.setattr(store, "PUBLICATIONS", tmp_path)
        call_command("load_factor_sets")
        call_command("load_factor_sets")
        said = capsys.readouterr().out
        assert f"{SET}: there already\n" in said
        assert "tw-105-sar: added\n" in said
        assert "tw-105-sar: there already\n" in said

    def test_a_new_set_is_judged_for_the_years_that_ask_the_line(self, ask: Ask) -> None:
        content = (store.PUBLICATIONS / f"{SET}.toml").read_bytes()
        with pytest.raises(PublicationError, match=r"項目 peat 缺少 104、105、.*113 年度"):
            parse_publication(content, "set.toml", today())
        claims = b"years = [102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113]"
        assert claims in content
        earlier = content.replace(claims, b"years = [102, 103]")
        assert parse_publication(earlier, "set.toml", today()).years == (102, 103)


def detail_sheet(client: Client, year: int = 104):
    response = client.get(f"/hierarchy/{year}/export.xlsx")
    return load_workbook(BytesIO(b"".join(response.streaming_content)))["明細"]


NO_LONGER = [
    pytest.param((), "peat", id="unknown"),
    pytest.param((replace(PEAT, until=104, since=105),), "泥炭", id="not in this year"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("form", "label"), NO_LONGER)
class TestLineNoLongerAsked:
    """Peat was filed for 104; then the form of 104 knows it no more."""

    @pytest.fixture(autouse=True)
    def _filed(self, county: County, ask: Ask, form: tuple[Line, ...]) -> None:
        ask(PEAT)
        with_peat(county)
        answers = complete(number("peat", "4"), number("electricity", "1000"))
        file(county, county.school, answers)
        ask(*form)

    def test_a_save_that_did_not_show_it_keeps_it(
        self, sign_in: SignIn, county: County, label: str
    ) -> None:
        client = sign_in(county.school)
        page = client.get(URL).text
        assert "own-peat" not in fields_of(page, "filing")
        assert "不在本年度表單上的項目" in page
        assert f"<span>{label}</span>" in page
        assert "4 公斤" in page
        total = client.post(URL, typed(client, own__electricity="2000", action="calculate"))
        assert "<dd>1,066</dd>" in total.text
        client.post(URL, typed(client, own__electricity="2000", action="save"))
        filing = county.filing(county.school)
        assert (filing.version, filing.status) == (2, "completed")
        peat = filing.entries.get(line="peat", operation="own")
        assert (peat.kg, peat.quantity) == (Decimal("10.0000"), Decimal(4))
        assert filing.own_kg == sum(one.kg for one in filing.entries.all() if one.kg is not None)
        assert '"line": "peat"' in filing.versions.get(number=2).content.replace('":"', '": "')

    def test_it_is_no_change_beside_another_writer(
        self, sign_in: SignIn, county: County, label: str
    ) -> None:
        client = sign_in(county.school)
        first = typed(client, own__electricity="5", action="save")
        second = typed(client, own__electricity="6", action="save")
        client.post(URL, first)
        page = client.post(URL, second)
        assert page.status_code == 409
        conflict = page.text[page.text.index('id="conflict"') :]
        conflict = conflict[: conflict.index("</table>")]
        assert "電力" in conflict
        assert label not in conflict

    def test_every_page_shows_it(self, sign_in: SignIn, county: County, label: str) -> None:
        client = sign_in(county.school)
        pages = ["/inventory/104/receipt/", "/inventory/104/versions/"]
        texts = [client.get(address).text for address in pages]
        assert f'<th scope="row">{label}</th>' in texts[0]
        close(104)
        texts.append(client.get(URL).text)
        client = sign_in(county.government)
        texts.append(client.get(f"/hierarchy/104/{county.school.code}/view/").text)
        for text in texts[2:]:
            assert f'class="row-title">{label}</th>' in text
            assert "不在本年度表單上的項目" in text

    def test_the_workbook_tells_it_in_words_and_its_sums_have_it(
        self, sign_in: SignIn, county: County, label: str
    ) -> None:
        rows = list(detail_sheet(sign_in(county.government)).iter_rows(values_only=True))
        words = [value for row in rows for value in row if isinstance(value, str)]
        assert f"{label} 4 公斤" in words
        own = float(county.filing(county.school).own_kg)
        assert [row.count(own) for row in rows if own in row] == [1, 1], "of the unit, and the sum"

    def test_the_public_total_has_it(self, client: Client, county: County, label: str) -> None:
        close(104)
        [shown] = client.get("/disclosure/").context["shown"].years
        assert shown.own_kg == county.filing(county.school).own_kg
        data = b"".join(client.get("/disclosure/data.csv").streaming_content).decode("utf-8-sig")
        rows = list(csv.DictReader(StringIO(data)))
        assert sum(Decimal(row["own_kg_co2e"]) for row in rows) == shown.own_kg
        [source] = [row["source_code"] for row in rows if row["own_kg_co2e"] == "10.0000"]
        assert source == ("peat" if label == "peat" else "vehicles")
        call_command("verify_totals")

    def test_recompute_and_what_if_leave_it_as_it_was_frozen(
        self, county: County, label: str
    ) -> None:
        old, year = FactorSet.objects.get(slug=SET), ReportingYear.objects.get(year=104)
        found = what_if(old, year)
        assert found.unable == []
        publish(factor_set=old, years=[104], reason="x", by=county.administrator)
        year.refresh_from_db()
        [move] = next_batch(old, year)
        revisions = {move.filing.pk: 1}
        recompute_many(
            factor_set=old, year=year, revisions=revisions, reason="x", by=county.administrator
        )
        filing = county.filing(county.school)
        assert filing.own_kg == found.filed.own_after
        assert filing.entries.get(line="peat", operation="own").kg == Decimal("10.0000")

    def test_nobody_can_answer_it(self, county: County, label: str) -> None:
        filing = county.filing(county.school)
        with pytest.raises(NotAllowed, match=f"104 年度的表單沒有「{label}」"):
            file(county, county.school, answers_from(filing.entries.all()))

    def test_its_set_opens_and_computes(self, client: Client, county: County, label: str) -> None:
        page = client.get("/disclosure/factors/new/")
        assert page.status_code == 200
        assert label in page.text
        assert client.get("/disclosure/factors/new.json").status_code == 200
        saved = file(county, county.township, [number("lpg", "1")], ticked=False)
        assert saved.factor_set_id == "new"
        assert saved.own_kg > 3


@pytest.mark.django_db
def test_a_refrigerant_that_a_newer_set_lacks_stays_in_its_row(
    sign_in: SignIn, county: County
) -> None:
    client = sign_in(county.school)
    row = {"own-other_refrigerant-0-name": "R404A", "own-other_refrigerant-0-quantity": "1"}
    client.post(URL, typed(client, **row, action="save"))
    newer = keep_set(toml(r404a='name = "R999"'))
    publish(
        factor_set=newer,
        years=[104],
        reason="x",
        by=county.administrator,
        **accepting(newer, 104),
    )
    page = client.get(URL).text
    assert "R404A（係數版本沒有這種冷媒）" in page
    fields = fields_of(page, "filing")
    assert fields["own-other_refrigerant-0-name"] == "R404A"
    client.post(URL, fields | {"own-electricity": "5", "action": "save"})
    page = client.get(URL).text
    fields = fields_of(page, "filing")
    assert fields["own-other_refrigerant-0-name"] == "R404A"
    assert "R404A 1 公斤：係數版本沒有這一項的係數" in page, "a draft keeps it, uncounted"
    answer = client.post(URL, fields | {"complete": "on", "action": "save_unused"})
    assert answer.status_code == 422
    assert "沒有「其他冷媒型號，補充 R404A」的係數，請洽平台管理者" in answer.text
    assert fields_of(answer.text, "filing")["own-other_refrigerant-0-name"] == "R404A"
    assert county.filing(county.school).version == 2


@pytest.mark.django_db
def test_a_factor_per_another_unit_than_the_form_asks_is_never_multiplied(
    sign_in: SignIn, county: County, ask: Ask
) -> None:
    ask(PEAT)
    with_peat(county)
    ask(replace(PEAT, unit="L"))
    client = sign_in(county.school)
    page = client.post(URL, typed(client, own__peat="4", action="save"))
    assert page.status_code == 422
    assert "本年度採用的係數版本以公斤計「泥炭」，請洽平台管理者。" in page.text
