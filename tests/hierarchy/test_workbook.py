"""Whatever a text holds, the workbook can be read, by whichever library its XML is written."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hierarchy.excel.sheet import printable

ROOT = Path(__file__).parents[2]
ODD = "".join(map(chr, [*range(0x20), 0x7F, 0x85, 0xD7FF, 0xE000, 0xFFFD, 0x1FFFF, 0x10FFFF]))
BAD = "\ufffe\uffff"
PROGRAM = """
import sys

if sys.argv[1] == "without":
    sys.modules["lxml"] = None  # as where it is not installed
from io import BytesIO

import openpyxl
from hierarchy.cells import Format, SheetColumn
from hierarchy.excel.sheet import Sheet, printable

assert openpyxl.LXML == (sys.argv[1] == "with")
name = "一" + "".join(map(chr, [*range(0x20), 0x7F, 0xFFFE, 0xFFFF, 0x1FFFF, 0x10FFFF])) + "二"
book = openpyxl.Workbook(write_only=True)
book.properties.title = printable(name)
sheet = Sheet(book, "明細", [SheetColumn(name, Format.TEXT, 10)])
sheet.preamble(name, [name])
sheet.row([name])
sheet.sums([name])
file = BytesIO()
book.save(file)
read = openpyxl.load_workbook(file)
kept = "一\\t\\n\\n\\x7f\\U0001ffff\\U0010ffff二"  # a reader of XML makes one \\n of \\r
texts = [read.properties.title, *(row[0] for row in read["明細"].iter_rows(values_only=True))]
told = {text.replace("\\r", "\\n") for text in texts}
assert told == {kept}, told
"""


@pytest.mark.parametrize("lxml", ["with", "without"])
def test_it_is_valid_with_and_without_lxml(lxml: str) -> None:
    """lxml is no part of the platform; where it happens to be installed, it writes the XML."""
    if lxml == "with" and find_spec("lxml") is None:
        pytest.skip("lxml is not installed here")
    done = subprocess.run(  # warnings of a reader that is not ours are none of this test's business
        [sys.executable, "-c", PROGRAM, lxml],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}", "PYTHONUTF8": "1"},
    )
    assert done.returncode == 0, done.stderr


def test_only_what_xml_cannot_hold_is_left_out() -> None:
    assert printable(f"連{BAD}江\x00縣\ud800") == "連江縣"
    assert printable(ODD) == ODD.translate(dict.fromkeys({*range(0x20)} - {9, 10, 13}))


@given(st.text())
def test_what_is_left_is_valid_xml(text: str) -> None:
    left = printable(text)
    escaped = left.replace("&", "&amp;").replace("<", "&lt;").replace("\r", "&#13;")
    assert (fromstring(f"<t>{escaped}</t>").text or "") == left
