"""`make demo`: the demonstration county on a real database behind a real web server.

The database is the embedded one under VAR_DIR, whatever the shell names: nobody's site is
touched by somebody who wants to look at a demonstration. It is held by this process, so that it
outlives every step and ends with us.
"""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

import web
from config import postgres
from config.postgres.place import CannotStart

ANSWERS_WITHIN = 60  # seconds
# What the shell of a real site may export: a demonstration has its own, on plain http. To show
# one to the public, `make serve` takes all of these together with DEMONSTRATION=1.
OF_A_SITE = ("DATABASE_URL", "SECRET_KEY", "HTTPS", "BEHIND_PROXY", "CSRF_TRUSTED_ORIGINS")
THIS_MACHINE = "127.0.0.1,localhost,[::1]"


def main() -> int:
    """Set up, serve until asked to end, clean up."""
    address = web.check_environment()
    prepare()
    with web.one_at_a_time("demo"):
        say("Preparing the database …")
        web.manage("migrate", "--verbosity", "0")
        accounts = web.manage("load_demo")
        web.collect_static()
    with web.started(web.gunicorn("--log-level", "warning")) as server:
        wait_for(f"http://{address}", server)
        say(f"\n{accounts.strip()}\n\nhttp://{address}\nCtrl-C ends everything.")
        return server.wait()


def prepare() -> None:
    """Start the database and set the environment of a demonstration for every step."""
    for name in OF_A_SITE:
        os.environ.pop(name, None)
    hosts = os.environ.get("ALLOWED_HOSTS", "")
    os.environ["ALLOWED_HOSTS"] = f"{hosts},{THIS_MACHINE}"
    os.environ["DEMONSTRATION"] = "1"
    try:
        os.environ["DATABASE_URL"] = postgres.start(web.VAR / "postgres")
    except CannotStart as error:
        sys.exit(str(error))


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
