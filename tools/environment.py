"""Make an environment and install locked packages into it; at once where that is done already.

Usage: python3 tools/environment.py runtime|tests [FOLDER, .venv where none is named]
Needs nothing but Python 3.11 and a package registry, and runs on any Python 3 so that an
older one gets a sentence instead of a syntax error.
"""

import fcntl
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = {"runtime": "requirements.txt", "tests": "requirements-dev.txt"}  # tests: of both
VERSIONS = ("3.11", "3.12", "3.13")  # of Python, on which the platform is tested
BUILDER = "setuptools"
# Settings that a person has for pip outside of environments, and that fail inside.
PIP_SETTINGS = {"PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def main(kind: str, folder: str = ".venv") -> None:
    """Leave with the environment ready, or with one sentence that says what is missing."""
    be_new_enough()
    environment = Environment(ROOT / folder)
    if environment.has(kind):
        return  # nothing has to be written: the folder may belong to somebody else
    (ROOT / "var").mkdir(exist_ok=True)
    with open(str(ROOT / "var" / "environment.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two commands at once: the second waits, then skips
        if not environment.has(kind):
            environment.make()
            environment.install(kind)


def be_new_enough() -> None:
    """Go on under a Python 3.11 or newer if there is one under its own name."""
    if sys.version_info >= (3, 11):
        return
    for version in VERSIONS:
        found = find(version)
        if found:
            os.execv(found, [found, *sys.argv])
    sys.exit("Python 3.11 or newer is needed: make demo PYTHON=/path/to/python3.11")


def find(version: str) -> "str | None":
    """The path of a Python of this version ("3.12") that starts; None where there is none.

    A version manager puts a stub for each version on the path, and a stub starts only what was
    chosen for this folder: then the versions that stand beside the stubs are asked.
    """
    for folder in map(Path, os.get_exec_path()):
        managed = folder.parent.glob("versions/" + version + ".*/bin")
        for place in [folder, *sorted(managed)]:
            python = str(place / ("python" + version))
            if os.access(python, os.X_OK) and run(python, "-c", "", quiet=True) == 0:
                return python
    return None


class Environment:
    """A folder with a Python of its own and what a lock file names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.python = folder / "bin" / "python"

    def has(self, kind: str) -> bool:
        """Whether nothing is to be done: what the tests need is more than what runs."""
        return self.is_current("tests") or self.is_current(kind)

    def is_current(self, kind: str) -> bool:
        """Whether exactly these packages were installed, by a Python that is still there."""
        stamp = self.stamp(kind)
        return self.python.exists() and stamp.exists() and stamp.read_text().strip() == wanted(kind)

    def stamp(self, kind: str) -> Path:
        """The file that says with what `kind` was installed."""
        return self.folder / (".installed-" + kind)

    def make(self) -> None:
        """A virtual environment with pip, made anew where it is broken."""
        if self.python.exists() and run(self.python, "-m", "pip", "--version", quiet=True) == 0:
            return
        say("Making " + os.path.relpath(str(self.folder), str(ROOT)) + " …")
        if run(sys.executable, "-m", "venv", "--clear", self.folder) != 0:
            sys.exit("Python's venv does not work here; on Debian: apt-get install python3-venv")

    def install(self, kind: str) -> None:
        """Install what the lock file names, each file checked against its hash.

        What builds comes first. A package that has no wheel is then built by the setuptools of
        the lock, and not by the one that was published this morning and has no hash.
        """
        say("Installing " + FILES[kind] + " …")
        for old in FILES:
            self.stamp(old).unlink(missing_ok=True)
        file = ROOT / FILES[kind]
        builder = self.folder / "builder.txt"
        builder.write_text(entry(BUILDER, file.read_text()))
        if builder.read_text():
            self.pip(builder)
            self.pip(file, "--no-build-isolation")
        else:
            self.pip(file)
        self.stamp(kind).write_text(wanted(kind) + "\n")

    def pip(self, file: Path, *options: str) -> None:
        """Install what a file names. Leaves where that fails."""
        command = [self.python, "-m", "pip", "install", "-qq", "--require-hashes", *options]
        if run(*command, "-r", file) != 0:
            sys.exit("The packages could not be installed: pip says above why.")


def wanted(kind: str) -> str:
    """The content of the lock files, in short: another content is another environment."""
    digest = hashlib.sha256((ROOT / FILES["runtime"]).read_bytes())
    if kind == "tests":
        digest.update((ROOT / FILES[kind]).read_bytes())
    return digest.hexdigest()


def entry(package: str, lock: str) -> str:
    """What a lock file says of this package; nothing where it does not name it."""
    found = re.search("^" + package + "==.*(?:\n +.*)*\n", lock, re.M)
    return found.group() if found else ""


def run(*command: object, quiet: bool = False) -> int:
    """The exit code of a command."""
    output = subprocess.DEVNULL if quiet else None
    environment = dict(os.environ, **PIP_SETTINGS)
    words = [str(word) for word in command]
    return subprocess.call(words, stdout=output, stderr=output, env=environment)


def say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
