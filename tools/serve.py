"""`make serve`: gunicorn with the settings of a real site, on the DATABASE_URL it is given."""

import os
import sys

import web

NEEDED = {
    "DATABASE_URL": "postgresql://USER:PASSWORD@HOST:5432/NAME",
    "SECRET_KEY": "a long random text, the same on every web server",
    "ALLOWED_HOSTS": "the names of the site, separated by commas",
}


def main() -> int:
    """Serve until asked to end. Leaves with a sentence where a setting is missing."""
    missing = [
        f"  {name}={example}" for name, example in NEEDED.items() if not os.environ.get(name)
    ]
    if missing:
        sys.exit("make serve needs these variables (docs/operations.md):\n" + "\n".join(missing))
    web.check_port(os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000"))
    web.manage("migrate", "--check")
    with web.one_at_a_time("static"):
        web.collect_static()
    with web.started(web.gunicorn()) as server:
        return server.wait()


if __name__ == "__main__":
    web.end_cleanly()
    try:
        sys.exit(main())
    except web.Asked:
        sys.exit(0)
