"""What a release leaves behind, so that every later version can prove that it takes it over.

Usage: python tools/release.py → tests/upgrades/releases/VERSION/ with
  database.sql.gz     the demonstration county as this version stores it
  receipt.json        a confirmed filing of it, and the check value on its receipt
  migrations.sha256   the checksum of every migration; from now on none of them is edited
VERSION is that of pyproject.toml. Refuses one that was released already.
"""

import atexit
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import demo
import psycopg2

import web

sys.path.insert(0, str(web.ROOT))

from config.postgres.place import binaries
from tests.upgrades.released import RELEASES, checksums

RECEIPT = """
    SELECT account.username, filing.year_id, version.check_value
    FROM inventory_filing filing
    JOIN accounts_user account ON account.unit_id = filing.unit_id
    JOIN inventory_filingversion version
        ON version.filing_id = filing.id AND version.number = filing.version
    WHERE filing.status = 'confirmed'
    ORDER BY filing.id LIMIT 1
"""
# Rows that belong to a visit, not to the county.
LEFT_OUT = ("django_session", "axes_accessattempt")
# What only a newer server, or only psql, understands.
NOT_EVERYWHERE = re.compile(r"^(?:SET transaction_timeout|\\(?:un)?restrict).*\n", re.M)


def main() -> None:
    """Set up a demonstration of this version and write down what it leaves behind."""
    version = re.search(r'^version = "(.+)"$', (web.ROOT / "pyproject.toml").read_text(), re.M)
    folder = RELEASES / (version[1] if version else "")
    if not version or (folder / "migrations.sha256").exists():
        sys.exit(f"{folder.name} was released already: what it left behind stays as it is.")
    web.VAR = Path(tempfile.mkdtemp(prefix="release-"))
    web.VAR.chmod(0o755)  # the database server has an owner of its own
    atexit.register(shutil.rmtree, web.VAR, ignore_errors=True)  # after the server has left it
    os.environ["VAR_DIR"] = str(web.VAR)
    demo.prepare()
    web.manage("migrate", "--verbosity", "0")
    web.manage("load_demo")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "database.sql.gz").write_bytes(gzip.compress(dump().encode(), mtime=0))
    (folder / "receipt.json").write_text(json.dumps(receipt(), indent=1) + "\n")
    lines = [f"{digest}  {path}\n" for path, digest in checksums().items()]
    (folder / "migrations.sha256").write_text("".join(lines))


def dump() -> str:
    """The database as SQL that every PostgreSQL of ours reads, without owners."""
    left_out = [f"--exclude-table-data={table}" for table in LEFT_OUT]
    options = ["--no-owner", "--no-privileges", "--inserts", "--rows-per-insert=100", *left_out]
    command = [str(binaries() / "pg_dump"), *options, os.environ["DATABASE_URL"]]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return NOT_EVERYWHERE.sub("", done.stdout)


def receipt() -> dict[str, str | int]:
    """A confirmed filing: the account of its unit, its ROC year, its check value."""
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    with connection.cursor() as cursor:
        cursor.execute(RECEIPT)
        [(account, year, check_value)] = cursor.fetchall()
    connection.close()
    return {"account": account, "year": year, "check_value": check_value}


if __name__ == "__main__":
    main()
