"""The copies in which one thing is altered."""

from pathlib import Path

import altered
import pytest
from altered import Alteration

SUM = Alteration("sums.py", "add", "a + b", ("test_sums.py",), "a - b")


def lay_out(place: Path, sums: str) -> None:
    (place / "pytest.ini").write_text("[pytest]\n", encoding="ascii")
    (place / "sums.py").write_text(sums, encoding="ascii")
    (place / "test_sums.py").write_text(
        "from sums import add\n\n\ndef test_it_adds():\n    assert add(2, 3) == 5\n",
        encoding="ascii",
    )


def test_what_notices_it_is_named_and_the_copy_is_whole_again(tmp_path: Path) -> None:
    lay_out(tmp_path, "def add(a, b):\n    return a + b\n")
    altered.check_whole(tmp_path, [SUM])
    assert altered.failures(tmp_path, SUM) == ["test_sums.py::test_it_adds"]
    assert (tmp_path / "sums.py").read_text(encoding="ascii").endswith("a + b\n")


def test_a_test_that_fails_anyway_notices_nothing(tmp_path: Path) -> None:
    lay_out(tmp_path, "def add(a, b):\n    return 5 + a + b\n")
    with pytest.raises(RuntimeError, match="test_it_adds"):
        altered.check_whole(tmp_path, [SUM])
