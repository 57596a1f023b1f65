"""python -m benchmarks.load: a crowd of signed-in people against our gunicorn on loopback.

Open loop: when each visit begins is fixed before the first, and its latency counts from then,
also where the site is so busy that it could only begin later. What the generator itself takes
of the machine is told, for the site has to share it.
"""

import argparse
from typing import NamedTuple

from benchmarks.database import use_country
from benchmarks.report import keep, on_which_machine, table, today

MAX_SECONDS, MAX_VISITS = 300, 20_000  # of one rate
HOW = """\
Visits begin at random moments that are fixed beforehand; latency counts from the moment at which
a visit should have begun. Carried are visits that went well while the schedule ran. CPU is of
one core: 200 % is all that two cores have. The site is gunicorn as `make serve` starts it; the
generator and PostgreSQL run on the same cores."""


class Options(NamedTuple):
    """What the command line asks for."""

    units: int
    rates: list[float]
    seconds: float
    people: int
    keep: bool


def main() -> None:
    """Put the site under each of the rates, one after the other."""
    options = _options()
    use_country(options.units)
    from benchmarks.crowd import MIX
    from benchmarks.open_loop import HEADINGS, under_load

    head = f"{options.units:,} units, {options.people} people, {today()}. {on_which_machine()}"
    mix = "Of a hundred visits: " + ", ".join(f"{share} {kind}" for kind, share in MIX.items())
    print(head, f"{mix}.", sep="\n", flush=True)
    shown = table(HEADINGS, list(under_load(options.people, options.rates, options.seconds)))
    print(shown)
    if options.keep:
        name = f"{today()}-load-{options.units}"
        keep(name, "What a crowd gets", head, HOW, f"{mix}.", shown)


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    add = parser.add_argument
    add("--units", type=int, default=1000, help="size of the country (1000)")
    add("--rates", type=float, nargs="+", default=[5, 10, 20, 40], help="visits per second")
    add("--seconds", type=float, default=20, help=f"of each rate (20; at most {MAX_SECONDS})")
    add("--people", type=int, default=40, help="who file; half as many review (40)")
    add("--keep", action="store_true", help="write the table to benchmarks/results/")
    options = Options(**vars(parser.parse_args()))
    if not 0 < options.seconds <= MAX_SECONDS or options.people < 1:
        parser.error(f"at most {MAX_SECONDS} seconds, and at least one person")
    if not all(0 < rate * options.seconds <= MAX_VISITS for rate in options.rates):
        parser.error(f"at most {MAX_VISITS:,} visits of one rate, and at least one")
    return options


if __name__ == "__main__":
    main()
