"""`make lock`: pin every package with the hashes of its files, and no registry's address."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = "# Written by `make lock` from {source}. Do not edit.\n"
OPTIONS = [
    "--quiet",
    "--no-config",
    "--no-header",
    "--no-annotate",
    "--allow-unsafe",
    "--no-strip-extras",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-emit-trusted-host",
    "--no-emit-options",
]


def main(*options: str) -> None:
    """Lock what runs first: what the tests need besides has to agree with it."""
    for name in ("requirements", "requirements-dev"):
        target = ROOT / f"{name}.txt"
        command = [sys.executable, "-m", "piptools", "compile", *OPTIONS, *options]
        subprocess.run([*command, "-o", target.name, f"{name}.in"], cwd=ROOT, check=True)
        text = target.read_text()
        target.write_text(HEADER.format(source=f"{name}.in") + text)


if __name__ == "__main__":
    main(*sys.argv[1:])
