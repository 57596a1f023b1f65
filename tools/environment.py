"""Make .venv and install locked packages into it; at once where that is done already.

Usage: python3 tools/environment.py runtime|tests
Needs nothing but Python 3.11 and a package registry, and runs on any Python 3 so that an
older one gets a sentence instead of a syntax error.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
FILES = {"runtime": "requirements.txt", "tests": "requirements-dev.txt"}  # tests: of both
CANDIDATES = ("python3.11", "python3.12", "python3.13")


def main(kind):
    """Leave with the environment ready, or with one sentence that says what is missing."""
    be_new_enough()
    if is_current("tests") or is_current(kind):
        return  # nothing has to be written: the folder may belong to somebody else
    (ROOT / "var").mkdir(exist_ok=True)
    with open(ROOT / "var" / "environment.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two commands at once: the second waits, then skips
        if is_current("tests") or is_current(kind):
            return
        make_environment()
        install(kind)


def be_new_enough():
    """Go on under a Python 3.11 or newer if there is one under its own name."""
    if sys.version_info >= (3, 11):
        return
    for name in CANDIDATES:
        found = shutil.which(name)
        if found:
            os.execv(found, [found, *sys.argv])
    sys.exit("Python 3.11 or newer is needed: make demo PYTHON=/path/to/python3.11")


def stamp(kind):
    """The file that says with what `kind` was installed."""
    return VENV / (".installed-" + kind)


def wanted(kind):
    """The content of the lock files, in short: another content is another environment."""
    digest = hashlib.sha256((ROOT / FILES["runtime"]).read_bytes())
    if kind == "tests":
        digest.update((ROOT / FILES[kind]).read_bytes())
    return digest.hexdigest()


def is_current(kind):
    """Whether exactly these packages were installed, by a Python that is still there."""
    return (
        PYTHON.exists() and stamp(kind).exists() and stamp(kind).read_text().strip() == wanted(kind)
    )


def make_environment():
    """A virtual environment with pip, made anew where it is broken."""
    if PYTHON.exists() and run(PYTHON, "-m", "pip", "--version", quiet=True) == 0:
        return
    say("Making .venv …")
    if run(sys.executable, "-m", "venv", "--clear", VENV) != 0:
        sys.exit("Python's venv does not work here; on Debian: apt-get install python3-venv")


def install(kind):
    """Install what the lock file names, each file checked against its hash."""
    say("Installing " + FILES[kind] + " …")
    for old in FILES:
        stamp(old).unlink(missing_ok=True)
    options = ["-qq", "--disable-pip-version-check", "--require-hashes"]
    code = run(PYTHON, "-m", "pip", "install", *options, "-r", ROOT / FILES[kind])
    if code != 0:
        sys.exit("The packages could not be installed: pip says above why.")
    stamp(kind).write_text(wanted(kind) + "\n")


def run(*command, quiet=False):
    """The exit code of a command."""
    output = subprocess.DEVNULL if quiet else None
    words = [str(word) for word in command]
    return subprocess.run(words, stdout=output, stderr=output, check=False).returncode


def say(sentence):
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except KeyboardInterrupt:
        sys.exit(130)
