"""Find the browser for the tests; install it where that is possible, or say how.

Usage: python tools/browser.py → prints the path of a Chromium
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PACKAGES = ("chromium", "fonts-noto-cjk")


def find() -> str | None:
    """$CHROMIUM, or the first Chromium on the path."""
    chosen = os.environ.get("CHROMIUM")
    if chosen:
        return shutil.which(chosen)
    return next((path for path in map(shutil.which, NAMES) if path), None)


def install() -> None:
    """Install Debian's Chromium, with a font that has Chinese characters. Needs root."""
    sys.stderr.write(f"Installing {' and '.join(PACKAGES)} …\n")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", *PACKAGES]):
        subprocess.run(
            ["apt-get", "-qq", *arguments],
            env=environment,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )


def main() -> None:
    if not find() and os.geteuid() == 0 and shutil.which("apt-get"):
        install()
    path = find()
    if not path:
        sys.exit(
            "The tests need a Chromium: install one (Debian: apt-get install "
            f"{' '.join(PACKAGES)}), or set CHROMIUM=/path/to/it."
        )
    sys.stdout.write(path + "\n")


if __name__ == "__main__":
    main()
