"""Gunicorn on loopback, as the site runs it, for the time of a measurement."""

import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.cpu import ProcessTree
from benchmarks.database import ROOT
from benchmarks.people import HERE

ANSWERS_WITHIN = 60  # seconds


@contextmanager
def served(workers: int, settings: str = "config.settings") -> Iterator[tuple[int, ProcessTree]]:
    """The port and the processes of a gunicorn that ends with the block.

    Nothing restarts a worker meanwhile, so that no start is measured along.
    """
    sys.path.insert(0, str(ROOT / "tools"))
    import web

    with socket.socket() as probe:
        probe.bind((HERE, 0))
        port: int = probe.getsockname()[1]
    os.environ |= {"HOST": HERE, "PORT": str(port), "WEB_WORKERS": str(workers)}
    options = ("--max-requests", "0", "--log-level", "warning", "--env")
    with web.started(web.gunicorn(*options, f"DJANGO_SETTINGS_MODULE={settings}")) as process:
        _wait(port, process)
        yield port, ProcessTree(process.pid)


def _wait(port: int, process: "object") -> None:
    deadline = time.monotonic() + ANSWERS_WITHIN
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://{HERE}:{port}/health/", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            if process.poll() is not None:
                break
            time.sleep(0.1)
    raise RuntimeError("gunicorn does not answer")


def collect_static() -> None:
    """The files that pages name, where the settings of the measurement look for them."""
    sys.path.insert(0, str(ROOT / "tools"))
    import web

    web.collect_static()
