"""`make serve`: gunicorn with the settings of a real site, on the DATABASE_URL it is given."""

import os
import sys

import web
from config import env

NEEDED = {
    "DATABASE_URL": env.DATABASE_EXAMPLE,
    "SECRET_KEY": "a long random text, the same on every web server",
    "ALLOWED_HOSTS": "the names of the site, separated by commas",
}
NOTHING_WAITS = "No planned migration operations."


def main() -> int:
    """Serve until asked to end. Leaves with a sentence where a setting is missing."""
    missing = [
        f"  {name}={example}" for name, example in NEEDED.items() if not os.environ.get(name)
    ]
    if missing:
        sys.exit("make serve needs these variables (docs/operations.md):\n" + "\n".join(missing))
    web.check_environment()
    plan = web.manage("migrate", "--plan")  # says on which database, and refuses a wrong one
    if NOTHING_WAITS not in plan:
        sys.exit(f"Migrations are waiting: make migrate.\n{plan}")
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
