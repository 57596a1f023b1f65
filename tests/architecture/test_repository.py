"""What may stand in the repository."""

import re
from pathlib import Path

from tests.architecture.source import name, tracked_files

TEXT = {
    ".py",
    ".toml",
    ".txt",
    ".in",
    ".md",
    ".html",
    ".css",
    ".js",
    ".svg",
    ".csv",
    ".json",
    ".yaml",
    "",
}
# Written in pieces: this file is in the repository too.
ADDRESSES_OF_REGISTRIES = [
    "pypi" + ".org",
    "python" + "hosted",
    "deb." + "debian",
    "--index" + "-url",
    "--extra-index" + "-url",
    "--find" + "-links",
]
PATHS_OF_A_MACHINE = re.compile(r"(?<![\w.~])/(?:home|Users|root|work)/[a-z.]", re.I)


def texts() -> list[Path]:
    return [path for path in tracked_files() if path.suffix in TEXT]


def test_no_registry_is_named() -> None:
    wrong = [
        f"{name(path)} names {address}"
        for path in texts()
        for address in ADDRESSES_OF_REGISTRIES
        if address in path.read_text(encoding="utf-8")
    ]
    assert wrong == []


def test_no_path_of_somebody_s_machine_is_named() -> None:
    wrong = [
        f"{name(path)}: {found[0]}"
        for path in texts()
        if (found := PATHS_OF_A_MACHINE.search(path.read_text(encoding="utf-8")))
    ]
    assert wrong == []


def test_what_is_made_is_not_in_the_repository() -> None:
    made = re.compile(r"(^|/)(\.venv|var|__pycache__|node_modules)/|\.pyc$|\.env$|\.sqlite3?$")
    assert [name(path) for path in tracked_files() if made.search(name(path))] == []
