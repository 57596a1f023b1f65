"""Find what the tests need besides Python; install it where that is possible, or say how.

Usage: python tools/browser.py → prints the path of a Chromium
The pages are in Chinese: without a font for it Chromium draws boxes, which are as wide as they
like, and a test of a page's layout judges nothing.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
CHROMIUM, FONT = "chromium", "fonts-noto-cjk"  # as Debian calls them
HOW = {
    CHROMIUM: "a Chromium: install one, or set CHROMIUM=/path/to/it",
    FONT: "a font with Chinese characters: install one",
}


def find() -> str | None:
    """$CHROMIUM, or the first Chromium on the path."""
    chosen = os.environ.get("CHROMIUM")
    if chosen:
        return shutil.which(chosen)
    return next((path for path in map(shutil.which, NAMES) if path), None)


def has_font() -> bool:
    """Whether a font has Chinese characters; believed where fontconfig cannot be asked."""
    ask = shutil.which("fc-list")
    if not ask:
        return True
    done = subprocess.run([ask, ":lang=zh-tw"], check=False, capture_output=True, text=True)
    return bool(done.stdout.strip())


def missing() -> list[str]:
    """The Debian packages whose content is not here."""
    is_here = {CHROMIUM: find() is not None, FONT: has_font()}
    return [package for package, here in is_here.items() if not here]


def install(packages: list[str]) -> None:
    """Install Debian's packages. Needs root; apt-get itself says what fails."""
    sys.stderr.write(f"Installing {' and '.join(packages)} …\n")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        subprocess.run(
            ["apt-get", "-qq", *arguments],
            env=environment,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )


def main() -> None:
    """Print the Chromium's path. Leaves with a sentence for each thing that is missing."""
    if missing() and os.geteuid() == 0 and shutil.which("apt-get"):
        install(missing())
    if lacking := missing():
        needs = "".join(f"\n  {HOW[package]}" for package in lacking)
        sys.exit(f"The tests need (Debian: apt-get install {' '.join(lacking)}):{needs}")
    sys.stdout.write(f"{find()}\n")


if __name__ == "__main__":
    main()
