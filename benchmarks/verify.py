"""python -m benchmarks.verify: how long `verify_totals` takes, and whether it finds one wrong cell.

How long a head takes, and comparing with it, is told too.

Beside it stands a plain read of the same rows in the same minute.
"""

import argparse
from io import StringIO
from time import perf_counter

from benchmarks.database import use_country
from benchmarks.report import keep, on_which_machine, today

NTH = 12_345  # the entry whose kilograms are falsified by 0.0001


def main() -> None:
    """Verify, falsify, verify again, and put the cell right."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.verify", description=__doc__)
    parser.add_argument("--units", type=int, default=1000, help="size of the country (1000)")
    parser.add_argument("--keep", action="store_true", help="write it to benchmarks/results/")
    options = parser.parse_args()
    use_country(options.units)
    head = f"{options.units:,} units, {today()}. {on_which_machine()}"
    lines = [_clean(), _falsified(), _head()]
    print(head, *lines, sep="\n")
    if options.keep:
        keep(f"{today()}-verify-{options.units}", "Verifying every total", head, *lines)


def _clean() -> str:
    start = perf_counter()
    _read_everything()
    plain = perf_counter() - start
    start = perf_counter()
    told = _verify()
    seconds = perf_counter() - start
    return f"{told} {seconds:.1f} s; a plain read of the rows {plain:.1f} s."


def _falsified() -> str:
    """What is said of one entry that is 0.0001 kg too heavy. Raises AssertionError if nothing."""
    from django.core.management import CommandError

    from inventory.models import Entry

    entries = Entry.objects.filter(kg__gt=0).order_by("pk")
    entry = entries[min(NTH, entries.count() - 1)]
    _shift(entry.pk, "0.0001")
    try:
        _verify()
    except CommandError as refusal:
        return f"One cell falsified: {refusal}"
    finally:
        _shift(entry.pk, "-0.0001")
    raise AssertionError("the falsified cell was not found")


def _head() -> str:
    """How long the line takes, and verifying with a comparison with it."""
    start = perf_counter()
    line = _verify("--head")
    made = perf_counter() - start
    start = perf_counter()
    told = _verify("--against", line)
    seconds = perf_counter() - start
    return f"A head of {len(line)} characters {made:.1f} s; --against it {seconds:.1f} s: {told}"


def _verify(*options: str) -> str:
    from django.core.management import call_command

    out = StringIO()
    call_command("verify_totals", *options, stdout=out, stderr=StringIO())
    return out.getvalue().strip()


def _shift(entry: int, kg: str) -> None:
    """Change an entry behind the platform's back."""
    from decimal import Decimal

    from django.db.models import F

    from benchmarks.country.aside import checking_triggers_aside
    from inventory.models import Entry

    with checking_triggers_aside(Entry):
        Entry.objects.filter(pk=entry).update(kg=F("kg") + Decimal(kg))


def _read_everything() -> None:
    from django.db import connection

    from inventory.models import Entry, FilingVersion

    with connection.cursor() as cursor:
        for model in (Entry, FilingVersion):
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"SELECT sum(length(one::text)) FROM {table} AS one")
            cursor.fetchall()


if __name__ == "__main__":
    main()
