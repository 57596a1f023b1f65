"""platform/ is a folder on the path and never a package: the standard library keeps its module."""

import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

STANDARD_LIBRARY = Path(sysconfig.get_path("stdlib"))
SHOW = "import platform, uuid; print(platform.__file__)"


def run(
    *command: str | Path, cwd: Path = ROOT, **settings: str
) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**environment, **settings},
        capture_output=True,
        text=True,
        check=False,
    )


def is_the_library_s(printed: str) -> bool:
    return Path(printed.strip().splitlines()[-1]).parent == STANDARD_LIBRARY


def test_there_is_no_init_file() -> None:
    assert not (ROOT / "platform" / "__init__.py").exists()


def test_under_pytest() -> None:
    assert is_the_library_s(platform.__file__)


def test_under_manage_py() -> None:
    done = run(sys.executable, "manage.py", "shell", "--no-imports", "-c", SHOW)
    assert is_the_library_s(done.stdout), done.stderr


def test_under_gunicorn() -> None:
    """gunicorn loads the application as it would for serving, and then we ask."""
    ask = f"""
import sys
from gunicorn.app.wsgiapp import run
sys.argv = ["gunicorn", "--check-config"]
try:
    run()
except SystemExit as end:
    assert not end.code, end.code
assert "config.wsgi" in sys.modules
{SHOW}
"""
    done = run(sys.executable, "-P", "-c", ask)
    assert done.returncode == 0, done.stderr
    assert is_the_library_s(done.stdout)


@pytest.mark.slow
def test_after_an_editable_install(tmp_path: Path) -> None:
    """The packages of both roots are found, and none of them is called platform."""
    source, target = tmp_path / "source", tmp_path / "environment"
    source.mkdir()
    shutil.copy(ROOT / "pyproject.toml", source)
    for app in ("accounts", "inventory", "hierarchy", "platform"):
        shutil.copytree(ROOT / app, source / app, ignore=shutil.ignore_patterns("__pycache__"))
    venv.create(target, with_pip=False, symlinks=True)
    python = target / "bin" / "python"
    here = [sys.executable, "-m", "pip", "--quiet", "--python", python, "install"]
    done = run(*here, "--no-deps", "--no-build-isolation", "--no-index", "-e", source, **_builder())
    assert done.returncode == 0, done.stderr

    found = (
        "import accounts, config, portal, inventory.calculator, hierarchy; print(config.__file__)"
    )
    done = run(python, "-P", "-c", found, cwd=tmp_path)
    assert Path(done.stdout.strip()).is_relative_to(source), done.stderr
    assert is_the_library_s(run(python, "-c", SHOW, cwd=tmp_path).stdout)


def _builder() -> dict[str, str]:
    """The new environment is empty; it builds with the setuptools of this one."""
    return {"PYTHONPATH": sysconfig.get_path("purelib")}


@pytest.mark.parametrize("command", ["check", "runserver"])
def test_manage_py_stops_with_one_sentence_where_it_became_a_package(
    tmp_path: Path, command: str
) -> None:
    shutil.copy(ROOT / "manage.py", tmp_path)
    (tmp_path / "platform").mkdir()
    (tmp_path / "platform" / "__init__.py").touch()

    done = run(sys.executable, tmp_path / "manage.py", command)

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "platform/__init__.py" in done.stderr
