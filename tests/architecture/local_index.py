"""A registry in a folder, without a network: what a lock file pins, and newer releases of it all.

The wheels are empty. What they need is what the packages installed here need, extras and markers
too: that is all that pip looks at before it decides.
"""

import hashlib
import os
import re
import subprocess
import zipfile
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

PIN = re.compile(
    r"^(?P<name>[a-z0-9-]+)(?P<extras>\[[a-z0-9,-]+\])?==(?P<version>[^ ;\\]+)"
    r"(?P<marker> ; [^\\]+)?"
    r"(?P<hashes>(?: \\\n    --hash=sha256:[0-9a-f]{64})+)$",
    re.M,
)
WHEEL = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@dataclass(frozen=True)
class Pin:
    """One package of a lock file."""

    name: str
    extras: str
    version: str
    marker: str
    hashes: int

    @property
    def newer(self) -> str:
        """A release that somebody publishes tomorrow; every range that has the pin has it too."""
        return f"{self.version}.1"


def pins(lock: str) -> list[Pin]:
    """The packages that a lock file names."""
    return [
        Pin(
            found["name"],
            found["extras"] or "",
            found["version"],
            found["marker"] or "",
            found["hashes"].count("sha256"),
        )
        for found in PIN.finditer(lock)
    ]


def publish(folder: Path, lock: list[Pin], *, newer: bool) -> dict[str, str]:
    """Make the registry; the hash of each pinned package's wheel."""
    hashes = {}
    for pin in lock:
        page = folder / "simple" / pin.name
        page.mkdir(parents=True)
        files = {}
        for version in [pin.version, *([pin.newer] if newer else [])]:
            wheel = make_wheel(folder, pin, version)
            files[wheel.name] = hashlib.sha256(wheel.read_bytes()).hexdigest()
            hashes.setdefault(pin.name, files[wheel.name])
        links = [f'<a href="../../{file}#sha256={sha}">{file}</a>' for file, sha in files.items()]
        (page / "index.html").write_text("<!DOCTYPE html>\n" + "\n".join(links))
    return hashes


def make_wheel(folder: Path, pin: Pin, version: str) -> Path:
    stem = f"{pin.name.replace('-', '_')}-{version}"
    metadata = re.sub(r"(?m)^Version: .*$", f"Version: {version}", metadata_of(pin), count=1)
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{stem}.dist-info/METADATA", metadata)
        archive.writestr(f"{stem}.dist-info/WHEEL", WHEEL)
        archive.writestr(f"{stem}.dist-info/RECORD", "")
    return path


def metadata_of(pin: Pin) -> str:
    """What the installed package says of itself. Raises where it is not the one that is pinned."""
    try:
        installed = distribution(pin.name)
    except PackageNotFoundError:
        if not pin.marker:
            raise
        return f"Metadata-Version: 2.1\nName: {pin.name}\nVersion: {pin.version}\n"
    if installed.version != pin.version:
        raise AssertionError(f"{pin.name} {installed.version} is installed, not {pin.version}")
    return installed.read_text("METADATA") or ""


def run_pip(*command: str | Path, index: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """pip without this machine's settings, so that it knows no registry but that folder."""
    settings = {
        "PATH": os.environ["PATH"],
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_CACHE_DIR": "1",
        "PIP_NO_INPUT": "1",
    }
    if index:
        settings["PIP_INDEX_URL"] = (index / "simple").as_uri()
    words = [str(word) for word in command]
    return subprocess.run(words, env=settings, capture_output=True, text=True, check=False)
