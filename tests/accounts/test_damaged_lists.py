"""What looks as if a program had changed it is asked about, row by row."""

import pytest

from accounts.spreadsheets import scan_table

COLUMNS = {"name": ("單位",), "account": ("帳號",)}


def scan(*lines, **options):
    data = "\n".join(("單位,帳號", *lines)).encode()
    return scan_table(data, "a.csv", COLUMNS, ("name", "account"), codes=("account",), **options)


def asked(*lines):
    return [(q.code, q.value) for q in scan(*lines).questions]


@pytest.mark.parametrize(
    "name",
    ["縣立上?國小", "?安國小", "縣立\ufffd國小", "\ufffd", "上□國小", "上〓國小", "縣立\ue000國小"],
)
def test_lost_characters(name):
    table = scan(f"{name},z1001")
    assert [question.code for question in table.questions] == ["damaged:A2"]
    assert not scan(f"{name},z1001", accepted=["damaged:A2"]).unanswered


@pytest.mark.parametrize("name", ["A?B", "縣立上國小", "What?"])
def test_other_question_marks_are_none(name):
    assert not asked(f"{name},z1001")


def test_codes_that_lost_their_zeros():
    lines = [f"校{n},01430{n}" for n in range(5)] + [f"校{n},1431{n}" for n in range(5)]
    assert [code for code, _value in asked(*lines)] == [f"codes:B{row}" for row in range(7, 12)]


def test_with_the_letter_of_the_county():
    assert asked("甲,z014302", "乙,z14303") == [("codes:B3", "z14303")]


def test_codes_of_different_kinds_are_not_compared():
    assert not asked("縣府,371030000A", "校,014302", "機關,3710365001", "校,014303")


def test_one_code_that_is_too_long_does_not_doubt_the_others():
    lines = [f"校{n},0143{n:02d}" for n in range(30)]
    assert not asked(*lines, "錯,0143999")


@pytest.mark.parametrize("code", ["3710300000", "z3710300000"])
def test_codes_that_were_read_as_a_number_with_an_exponent(code):
    [question] = scan(f"校,{code}").questions
    assert "37103E5" in question.text
    assert question.code == "codes:B2"


def test_the_whole_kind_is_waved_through():
    assert not scan("甲,014302", "乙,14303", accepted=["codes"]).unanswered
