"""Gunicorn on loopback, as the site runs it, for the time of a measurement."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from benchmarks.cpu import ProcessTree
from benchmarks.database import ROOT
from benchmarks.people import HERE

ANSWERS_WITHIN = 60  # seconds


@contextmanager
def served(workers: int, settings: str = "config.settings") -> Iterator[tuple[int, ProcessTree]]:
    """The port and the processes of a gunicorn that ends with the block.

    Nothing restarts a worker meanwhile, so that no start is measured along.
    """
    web = _tools()
    web.collect_static()
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        port: int = probe.getsockname()[1]
    os.environ |= {"HOST": HERE, "PORT": str(port), "WEB_WORKERS": str(workers)}
    options = ("--max-requests", "0", "--log-level", "warning", "--env")
    command = web.gunicorn(*options, f"DJANGO_SETTINGS_MODULE={settings}")
    with web.started(command) as process:
        _wait(port, process)
        yield port, ProcessTree(process.pid)


def _tools() -> Any:
    """What `make demo` and `make serve` start gunicorn with."""
    folder = str(ROOT / "tools")
    if folder not in sys.path:
        sys.path.append(folder)
    return import_module("web")


def _wait(port: int, process: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + ANSWERS_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://{HERE}:{port}/health/", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("gunicorn does not answer")
