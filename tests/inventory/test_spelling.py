"""A total never depends on how names are spelled, or on the order of rows."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.calculator import total
from inventory.entries.answers import Answer
from inventory.entries.computing import entry_for
from inventory.entries.naming import recognise
from inventory.factors.table import FactorTable
from inventory.lines import Operation, line_of
from inventory.names import key_of, meanings_of
from tests.inventory.conftest import County

pytestmark = [pytest.mark.django_db, pytest.mark.long]
NARROW_AND_WIDE = {chr(0x21 + at): chr(0xFF01 + at) for at in range(94)}
BETWEEN = ("", " ", "-", "　", "－", "\u200b", "‐", "_", "\u00a0")
NAMES = [
    ("other", "FM-200 滅火藥劑補充", "kg"),
    ("other", "六氟化硫(SF6)補充", "kg"),
    ("other", "車用液化石油氣", "L"),
    ("other", "汽油(發電機等固定設備)", "L"),
    ("other", "ABC乾粉滅火器補充", "kg"),
    ("other_refrigerant", "R404A", "kg"),
    ("other_refrigerant", "R32", "kg"),
    ("other", "木炭", "kg"),
]


@pytest.fixture
def table(county: County) -> FactorTable:
    return FactorTable.of(county.filing(county.school).year)


@st.composite
def spelled(draw: st.DrawFn, name: str) -> str:
    """The name with each character in some case and width, and something between them."""
    written = ""
    for character in name:
        forms = [character, character.lower(), character.upper()]
        forms += [NARROW_AND_WIDE[one] for one in forms if one in NARROW_AND_WIDE]
        written += draw(st.sampled_from(forms)) + draw(st.sampled_from(BETWEEN))
    return written


rows = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.decimals(min_value=0, max_value=10_000, places=4),
        st.randoms(use_true_random=False),
    ),
    max_size=8,
)


def kilograms(answers: list[Answer], table: FactorTable) -> tuple[Decimal, int]:
    """The total of the answers, and how many of them are in none."""
    entries = [entry_for(answer, table) for answer in answers]
    kg = total(entry.kg for entry in entries if entry.kg is not None)
    return kg, sum(entry.is_uncounted for entry in entries)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data(), chosen=rows)
def test_a_total_depends_on_quantities_alone(
    table: FactorTable, data: st.DataObject, chosen
) -> None:
    plain = [
        Answer(Operation.OWN, line, quantity, name, unit, at)
        for at, ((line, name, unit), quantity, _random) in enumerate(chosen)
    ]
    other = [
        Answer(Operation.OWN, one.line, one.quantity, data.draw(spelled(one.name)), one.unit, at)
        for at, one in enumerate(data.draw(st.permutations(plain)))
    ]
    assert kilograms(plain, table) == kilograms(other, table)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_where_a_name_belongs_depends_on_no_spelling(
    table: FactorTable, data: st.DataObject
) -> None:
    name = data.draw(
        st.sampled_from(["R134a", "柴油", "LPG", "天然氣", "R404A", "電力", "九二無鉛"])
    )
    written = data.draw(spelled(name))
    line = line_of("other")
    assert recognise(written, line, table).places == recognise(name, line, table).places


@given(st.text(max_size=60))
def test_any_text_is_a_name(text: str) -> None:
    assert key_of(f"({text})") == key_of(text)
    assert meanings_of(text) == meanings_of(f" {text}　")
