"""Settings come from the environment, and a wrong one is refused by its name."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


@pytest.fixture(autouse=True)
def _unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SETTING", raising=False)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("1", True), ("Yes", True), (" on ", True), ("0", False), ("FALSE", False), ("", False)],
)
def test_truth_has_several_spellings(
    monkeypatch: pytest.MonkeyPatch, typed: str, meant: bool
) -> None:
    monkeypatch.setenv("SETTING", typed)
    assert env.boolean("SETTING", default=not meant) is meant


def test_what_is_not_set_has_its_default() -> None:
    assert env.boolean("SETTING", default=True) is True
    assert env.integer("SETTING", 60) == 60
    assert env.text("SETTING", "here") == "here"
    assert env.words("SETTING", "a, b,,c ") == ["a", "b", "c"]


def test_a_word_that_is_neither_true_nor_false_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SETTING", "maybe")
    with pytest.raises(ImproperlyConfigured, match="SETTING='maybe' is neither true nor false"):
        env.boolean("SETTING", default=True)


def test_numbers_are_read_and_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SETTING", "15")
    assert env.integer("SETTING", 60, least=1) == 15
    monkeypatch.setenv("SETTING", "0")
    with pytest.raises(ImproperlyConfigured, match="SETTING='0' is below 1"):
        env.integer("SETTING", 60, least=1)
    monkeypatch.setenv("SETTING", "soon")
    with pytest.raises(ImproperlyConfigured, match="SETTING='soon' is not a whole number"):
        env.integer("SETTING", 60)


def test_a_given_secret_is_used_and_not_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SETTING", "given")
    assert env.secret("SETTING", tmp_path / "secret") == "given"
    assert not (tmp_path / "secret").exists()


def test_a_secret_is_made_once_and_kept_private(tmp_path: Path) -> None:
    kept = tmp_path / "var" / "secret"
    made = env.secret("SETTING", kept)
    assert len(made) >= 64
    assert env.secret("SETTING", kept) == made
    assert kept.stat().st_mode & 0o077 == 0


def test_an_empty_secret_file_is_not_a_secret(tmp_path: Path) -> None:
    (tmp_path / "secret").touch()
    assert len(env.secret("SETTING", tmp_path / "secret")) >= 64
