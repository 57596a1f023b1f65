"""`make test-versions`: the fast tests on every other Python that the platform supports.

Usage: python tools/versions.py [--name] → tests; with --name only says what there is to test on
Each version has an environment of its own under var/. A version that is not installed here is
named; a failure on one that is installed fails everything.
"""

import subprocess
import sys

import environment

PASSED, FAILED = "passed", "FAILED"
NOT_HERE = "NOT INSTALLED HERE, nothing was tested on it"


def main(*options: str) -> int:
    """Test on one version after the other, and say of each what became of it."""
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    others = [version for version in environment.VERSIONS if version != here]
    found = {version: environment.find(version) for version in others}
    test = name if "--name" in options else outcome
    results = {version: python and test(version, python) for version, python in found.items()}
    for version, result in results.items():
        environment.say(f"Python {version}: {result or NOT_HERE}")
    return int(FAILED in results.values())


def name(version: str, python: str) -> str:
    """How this version is tested."""
    return "not tested by this command; make test-versions does it"


def outcome(version: str, python: str) -> str:
    """What became of the tests on this version."""
    environment.say(f"Python {version} ({python}):")
    command = [
        "make",
        "--no-print-directory",
        "test-fast",
        "FAST=not (external or slow)",
        f"PYTHON={python}",
        f"VENV=var/python-{version}",
    ]
    done = subprocess.run(command, cwd=environment.ROOT, check=False)
    return FAILED if done.returncode else PASSED


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
