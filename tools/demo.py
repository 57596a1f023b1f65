"""`make demo`: the demonstration county on a real database behind a real web server.

The database is held by this process, so that it outlives every step and ends with us.
"""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

import web

sys.path.insert(0, str(web.ROOT / "platform"))

from config import postgres
from config.postgres.place import CannotStart

ANSWERS_WITHIN = 60  # seconds


def main() -> int:
    """Set up, serve until asked to end, clean up."""
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    number = web.check_port(host, port)
    os.environ.setdefault("DEMONSTRATION", "1")
    os.environ.setdefault("VAR_DIR", str(web.VAR))
    try:
        os.environ["DATABASE_URL"] = os.environ.get("DATABASE_URL") or postgres.start(
            web.VAR / "postgres"
        )
    except CannotStart as error:
        sys.exit(str(error))
    with web.one_at_a_time("demo"):
        say("Preparing the database …")
        web.manage("migrate", "--verbosity", "0")
        accounts = web.manage("load_demo")
        web.collect_static()
    with web.started(web.gunicorn("--log-level", "warning")) as server:
        address = f"http://{host}:{number}"
        wait_for(address, server)
        say(f"\n{accounts.strip()}\n\n{address}\nCtrl-C ends everything.")
        return server.wait()


def wait_for(address: str, server: "subprocess.Popen[str]") -> None:
    """Wait until the site says that it is ready. Leaves where gunicorn ends before."""
    deadline = time.monotonic() + ANSWERS_WITHIN
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/health/ready/", timeout=5):  # noqa: S310
                return
        except (urllib.error.URLError, OSError):
            if server.poll() is not None:
                sys.exit("gunicorn ended before it answered.")
            time.sleep(0.1)
    sys.exit(f"{address} does not answer.")


def say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    web.end_cleanly()
    try:
        sys.exit(main())
    except web.Asked:
        say("\nEverything has ended.")
