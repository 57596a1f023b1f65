"""A PATH of a test's own."""

import os
import subprocess
import sys
from pathlib import Path

from tests.architecture.source import ROOT


def program(path: Path, *lines: str) -> Path:
    """Put a shell script there, whatever PATH is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o755)
    return path


def run_tool(tool: str, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run a tool as make does, by the Python of the tests, with other settings than ours."""
    ours = {name: value for name, value in os.environ.items() if name != "CHROMIUM"}
    return subprocess.run(
        [sys.executable, f"tools/{tool}.py", *arguments],
        cwd=ROOT,
        env={**ours, **settings},
        capture_output=True,
        text=True,
        check=False,
    )
