"""python -m benchmarks.judging: what plausibility adds to a save, and a night's run of a year."""

import argparse
from time import perf_counter, process_time

from benchmarks.database import use_country
from benchmarks.report import keep, on_which_machine, today

SAVES = 200
YEAR = 104


def main() -> None:
    """Make the spreads, judge some filings as a save does, and print CPU, queries and seconds."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.judging", description=__doc__)
    parser.add_argument("--units", type=int, default=1000, help="size of the country (1000)")
    parser.add_argument("--whole", action="store_true", help="judge the whole year too")
    parser.add_argument("--keep", action="store_true", help="write it to benchmarks/results/")
    options = parser.parse_args()
    use_country(options.units)
    head = f"{options.units:,} units, {today()}. {on_which_machine()}"
    lines = [_spreads(), _saves(), *([_year()] if options.whole else [])]
    print(head, *lines, sep="\n")
    if options.keep:
        keep(f"{today()}-judging-{options.units}", "What plausibility costs", head, *lines)


def _spreads() -> str:
    from inventory.plausibility.sibling_spreads import make_spreads

    start = perf_counter()
    number = make_spreads(YEAR)
    return f"{number:,} spreads of {YEAR} in {perf_counter() - start:.1f} s."


def _saves() -> str:
    """Judge filings with the years beside them, each in a transaction that is taken back."""
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from benchmarks.cpu import ProcessTree, postmaster_of
    from inventory.models import Filing
    from inventory.plausibility.refreshing import judge_around

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [(backend,)] = cursor.fetchall()
    postmaster = postmaster_of(backend)
    server = ProcessTree(postmaster) if postmaster else None
    filings = Filing.objects.filter(year_id=YEAR, version__gt=0).order_by("unit_id")
    some = list(filings[:: max(1, filings.count() // SAVES)][:SAVES])
    own, its, most = [], server.seconds() if server else 0.0, 0
    for filing in some:
        with transaction.atomic():
            start = process_time()
            judge_around(filing, answers=True)
            own.append(process_time() - start)
            transaction.set_rollback(True)
    its = (server.seconds() - its) / len(some) if server else 0.0
    for filing in some[:20]:
        with CaptureQueriesContext(connection) as queries, transaction.atomic():
            judge_around(filing, answers=True)
            transaction.set_rollback(True)
        most = max(most, len(queries))
    own.sort()
    middle, worst = own[len(own) // 2] * 1000, own[-len(own) // 20] * 1000
    return (
        f"{len(some)} filings as a save judges them: CPU {middle:.1f} ms in the median, "
        f"{worst:.1f} ms at 95 %, PostgreSQL {its * 1000:.1f} ms; at most {most} statements."
    )


def _year() -> str:
    from inventory.plausibility.refreshing import judge_year

    start = perf_counter()
    number = judge_year(YEAR)
    return f"{number:,} filings of {YEAR} judged in {perf_counter() - start:.1f} s."


if __name__ == "__main__":
    main()
