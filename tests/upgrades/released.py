"""What the releases left behind: their databases, and the checksums of their migrations."""

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RELEASES = Path(__file__).parent / "releases"
APPS = ("accounts", "inventory", "platform/portal")


def releases() -> list[Path]:
    """The folders of all releases, the oldest first."""
    found = [file.parent for file in RELEASES.glob("*/migrations.sha256")]
    return sorted(found, key=lambda folder: [int(part) for part in folder.name.split(".")])


def migrations() -> list[Path]:
    """Every migration that is in the repository now."""
    return sorted(path for app in APPS for path in (ROOT / app / "migrations").glob("[0-9]*.py"))


def checksums() -> dict[str, str]:
    """SHA-256 of each migration, by its path in the repository."""
    return {
        path.relative_to(ROOT).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in migrations()
    }
