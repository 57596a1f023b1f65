"""The database of every release migrates to today's, and nothing that was filed has moved."""

import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from config.postgres.place import binaries
from tests.servers import new_server
from tests.upgrades.released import ROOT, releases

OLDEST = 15  # the oldest PostgreSQL that the README names
# Prints what the check page and the receipt itself say of a check value.
ASK = """
from django.test import Client
from accounts.models import User
client = Client(headers={{"host": "127.0.0.1"}})
page = client.get("/disclosure/check/", {{"value": "{digits}"}})
print("valid" if "{value}" in page.text else page.status_code)
client.force_login(
    User.objects.get(username="{account}"), "django.contrib.auth.backends.ModelBackend"
)
print("printed" if "{value}" in client.get("/inventory/{year}/receipt/").text else "")
"""


def oldest_programs() -> Path:
    """initdb and postgres of the oldest server, as Debian and others lay them."""
    folder = Path(f"/usr/lib/postgresql/{OLDEST}/bin")
    if not (folder / "initdb").exists():
        pytest.skip(f"PostgreSQL {OLDEST} is not installed here (Debian: postgresql-{OLDEST})")
    return folder


@pytest.fixture(params=["embedded", "oldest"])
def programs(request: pytest.FixtureRequest) -> Path:
    return binaries() if request.param == "embedded" else oldest_programs()


@pytest.fixture
def database_url(programs: Path) -> Iterator[str]:
    with new_server(programs) as url:
        yield url


def run(database_url: str, folder: Path, *arguments: str) -> str:
    """What a command of today's manage.py prints."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=os.environ
        | {
            "DATABASE_URL": database_url,
            "VAR_DIR": str(folder),
            "DEMONSTRATION": "1",
            "DEBUG": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.mark.external
@pytest.mark.parametrize("release", releases(), ids=lambda folder: folder.name)
def test_a_release_is_taken_over(release: Path, database_url: str, tmp_path: Path) -> None:
    restore(release, database_url)
    receipt = json.loads((release / "receipt.json").read_text())
    digits = receipt["check_value"]
    value = "-".join(digits[start : start + 4] for start in range(0, len(digits), 4))

    run(database_url, tmp_path, "migrate", "--verbosity", "0")
    run(database_url, tmp_path, "migrate", "--check")
    assert "全部相符" in run(database_url, tmp_path, "verify_totals")
    counts_are_right(database_url)
    script = ASK.format(
        value=value, digits=digits, account=receipt["account"], year=receipt["year"]
    )
    told = run(database_url, tmp_path, "shell", "--no-imports", "-c", script)
    assert told.split() == ["valid", "printed"]


def counts_are_right(database_url: str) -> None:
    """Each filing says how many of its answers are in no sum, and the guards are there again."""
    connection = psycopg2.connect(database_url)
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT filing.uncounted, COUNT(entry.id)
            FROM inventory_filing filing
            LEFT JOIN inventory_entry entry ON entry.filing_id = filing.id
                AND entry.kg IS NULL AND entry.quantity > 0
            GROUP BY filing.id
        """)
        counts = cursor.fetchall()
        assert counts
        assert all(stored == found for stored, found in counts)
        with pytest.raises(psycopg2.errors.CheckViolation, match="without its next revision"):
            cursor.execute("UPDATE inventory_filing SET uncounted = 9")
    connection.close()


def restore(release: Path, database_url: str) -> None:
    connection = psycopg2.connect(database_url)
    with connection, connection.cursor() as cursor:
        cursor.execute(gzip.decompress((release / "database.sql.gz").read_bytes()).decode())
    connection.close()


def test_the_oldest_server_is_the_one_that_the_readme_names() -> None:
    assert f"any PostgreSQL from {OLDEST}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_embedded_server_is_here() -> None:
    assert shutil.which(binaries() / "initdb")
