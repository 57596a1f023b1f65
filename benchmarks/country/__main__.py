"""python -m benchmarks.country UNITS: make the country, or say that it is there already."""

import argparse
import os

from benchmarks.database import use_country


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.country", description=__doc__)
    parser.add_argument("units", type=int, help="1000, 10000 or 100000; at least 60")
    units: int = parser.parse_args().units
    use_country(units)
    from benchmarks.country.making import ADMINISTRATOR, PASSWORD

    print(f"{units:,} units. Every account, {ADMINISTRATOR} too, has the password {PASSWORD}.")
    print(f"DATABASE_URL={os.environ['DATABASE_URL']}")


if __name__ == "__main__":
    main()
