"""What the tests need besides Python is found, or named."""

from pathlib import Path

from tests.tools.programs import program, run_tool


def test_everything_is_here(tmp_path: Path) -> None:
    chromium = program(tmp_path / "chromium")
    program(tmp_path / "fc-list", "echo Noto Sans CJK TC")
    done = run_tool("browser", PATH=str(tmp_path))
    assert (done.returncode, done.stdout) == (0, f"{chromium}\n"), done.stderr


def test_a_chromium_that_somebody_chose(tmp_path: Path) -> None:
    chosen = program(tmp_path / "elsewhere" / "my-chromium")
    done = run_tool("browser", PATH=str(tmp_path), CHROMIUM=str(chosen))
    assert (done.returncode, done.stdout) == (0, f"{chosen}\n"), done.stderr


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    program(tmp_path / "fc-list")
    done = run_tool("browser", PATH=str(tmp_path))
    assert done.returncode == 1
    assert "apt-get install chromium fonts-noto-cjk" in done.stderr
    assert "CHROMIUM=/path/to/it" in done.stderr
    assert "font with Chinese characters" in done.stderr


def test_a_chromium_without_a_chinese_font_is_not_enough(tmp_path: Path) -> None:
    program(tmp_path / "chromium")
    program(tmp_path / "fc-list")
    done = run_tool("browser", PATH=str(tmp_path))
    assert done.returncode == 1
    assert "apt-get install fonts-noto-cjk)" in done.stderr
