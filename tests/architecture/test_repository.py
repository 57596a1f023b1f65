"""What may stand in the repository, and that the lock files can be trusted."""

import re
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, name, tracked_files

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
        if address in path.read_text(encoding="utf-8") and path.name != "lock.py"
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


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_is_pinned_with_hashes(file: str) -> None:
    lines = (ROOT / file).read_text().splitlines()
    entries = "\n".join(line for line in lines if not line.startswith("#")).split("\n\n")
    packages = re.findall(
        r"^([a-z0-9-]+(?:\[[a-z,-]+\])?)==\S+((?: *\\\n    --hash=sha256:[0-9a-f]{64})+)",
        entries[0],
        re.M,
    )
    assert packages
    assert sum(1 for line in lines if "==" in line) == sum(
        1 for line in lines if re.match(r"^[a-z0-9-]+(?:\[[a-z,-]+\])?==[^ ]+ \\$", line)
    )
    alone = [
        package
        for package, hashes in packages
        if package == "psycopg2-binary" and hashes.count("sha256") < 10
    ]
    assert alone == [], "a lock made from this machine's own wheels does not fit others"


def test_tests_agree_with_what_runs() -> None:
    def pins(file: str) -> set[str]:
        return set(re.findall(r"^\S+==\S+", (ROOT / file).read_text(), re.M))

    assert pins("requirements.txt") <= pins("requirements-dev.txt")
