"""The commands as they are typed: the country, its pages, its verification, a crowd."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import psycopg2
import pytest
from django.conf import settings

from inventory.models import Entry

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def database_url() -> Iterator[str]:
    """An empty database on the server of the tests."""
    server, name = settings.DATABASES["default"], f"country_of_test_{os.getpid()}"
    who = ":".join(quote(server[part], safe="") for part in ("USER", "PASSWORD"))
    url = f"postgresql://{who}@{quote(server['HOST'], safe='')}:{server['PORT'] or 5432}"
    connection = psycopg2.connect(f"{url}/postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        yield f"{url}/{name}"
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    connection.close()


@pytest.fixture
def run(database_url: str, tmp_path: Path) -> Run:
    """python -m … on that database; what it printed."""
    environment = {**os.environ, "DATABASE_URL": database_url, "VAR_DIR": str(tmp_path)}

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.mark.slow
def test_a_country_is_made_once_and_measured_often(run: Run, database_url: str) -> None:
    made = run("benchmarks.country", "60")
    assert made.returncode == 0, made.stderr
    assert "180 個填報" in made.stdout
    assert "made in" in made.stdout

    pages = run("benchmarks", "--units", "60", "--requests", "5", "--only", "sign-in")
    assert pages.returncode == 0, pages.stderr
    assert "made in" not in pages.stdout
    assert [row for row in pages.stdout.splitlines() if row.startswith("| sign-in page")]

    before = kilograms(database_url)
    verified = run("benchmarks.verify", "--units", "60")
    assert verified.returncode == 0, verified.stderr
    assert "One cell falsified" in verified.stdout
    assert kilograms(database_url) == before, "the cell was not put right"

    crowd = ["--units", "60", "--rates", "4", "--seconds", "2", "--people", "2"]
    load = run("benchmarks.load", *crowd)
    assert load.returncode == 0, load.stderr
    [row] = [row for row in load.stdout.splitlines() if row.startswith("| 4 ")]
    assert row.split("|")[6].strip() == "0", "a visit failed"


def kilograms(database_url: str) -> tuple[Decimal, bool]:
    """What all entries come to, and whether every trigger is on."""
    table = Entry._meta.db_table
    connection = psycopg2.connect(database_url)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT sum(kg) FROM {table}")
        [(total,)] = cursor.fetchall()
        cursor.execute("SELECT bool_and(tgenabled = 'O') FROM pg_trigger WHERE NOT tgisinternal")
        [(are_on,)] = cursor.fetchall()
    connection.close()
    return total, are_on


def test_a_database_with_anything_else_in_it_is_left_alone(run: Run, database_url: str) -> None:
    connection = psycopg2.connect(database_url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE of_others (name text)")
    refused = run("benchmarks.country", "60")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        assert cursor.fetchone() == (1,)
    connection.close()
    assert refused.returncode == 1
    assert "is no country" in refused.stderr
    assert "Traceback" not in refused.stderr
