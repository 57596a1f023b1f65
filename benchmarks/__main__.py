"""`make bench`: the work that people wait for, beside a plain baseline of the same run.

A ratio says more than seconds: both are measured on the same machine in the same minute. Each
runs on a database of its own, which is gone afterwards.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 30


def median_ms(work: Callable[[], object]) -> float:
    """The median of the rounds, in milliseconds, after one round that does not count."""
    work()
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def report(name: str, work: Callable[[], object], baseline: Callable[[], object]) -> None:
    """One line: how long, how long the baseline, and the ratio."""
    plain, ours = median_ms(baseline), median_ms(work)
    print(f"{name:<42} {ours:9.2f} ms {plain:9.2f} ms {ours / plain:8.1f} ×")


def main() -> None:
    """Measure everything, each on a test database of its own."""
    sys.path[:0] = [str(ROOT), str(ROOT / "platform")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("DEMONSTRATION", "1")

    import django
    from django.core.management import call_command
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    django.setup()
    call_command("collectstatic", interactive=False, verbosity=0)
    setup_test_environment()
    from benchmarks import pages, verify_totals

    print(f"{'':<42} {'ours':>12} {'baseline':>12} {'ratio':>10}")
    for measure in (lambda: pages.measure(report), verify_totals.measure):
        databases = setup_databases(verbosity=0, interactive=False)
        try:
            measure()
        finally:
            teardown_databases(databases, verbosity=0)


if __name__ == "__main__":
    main()
