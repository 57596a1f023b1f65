"""Write an account list of N made-up accounts on three levels, to measure `seed_accounts` with.

python benchmarks/make_account_list.py 50000 var/accounts.xlsx [--without-passwords]
"""

import argparse
import csv
from collections.abc import Iterator
from pathlib import Path

import openpyxl

COUNTIES = Path(__file__).resolve().parent.parent / "fixtures" / "counties.csv"
CHILDREN = 25  # units below each agency of the second level


def counties() -> list[tuple[str, str]]:
    """Letter and name of each county."""
    with COUNTIES.open(encoding="utf-8", newline="") as file:
        return [(row["letter"].lower(), row["name"]) for row in csv.DictReader(file)]


def account_rows(count: int) -> Iterator[tuple[str, str, str, str, str]]:
    """單位, 帳號, 密碼, 上級機關帳號, 類別: `count` rows spread over the counties.

    Each county has its government, agencies below it, and CHILDREN units below each agency.
    """
    places = counties()
    for index, (letter, county) in enumerate(places):
        share = count // len(places) + (index < count % len(places))
        government = agency = ""
        for number in range(share):
            code = f"9{index:02d}{number:05d}Z"
            account = letter + code
            if number == 0:
                government = account
                yield f"{county}政府", account, code, "", "縣市政府"
            elif (number - 1) % (CHILDREN + 1) == 0:
                agency = account
                yield f"{county}示範機關{number:05d}", account, code, government, "所屬機關"
            else:
                yield f"{county}示範學校{number:05d}", account, code, agency, "學校"


def write_list(count: int, target: Path, *, with_passwords: bool = True) -> None:
    """Write the list as .xlsx."""
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet("帳號")
    keep = (0, 1, 2, 3, 4) if with_passwords else (0, 1, 3, 4)
    headings = ("單位", "帳號", "密碼", "上級機關帳號", "類別")
    for row in (headings, *account_rows(count)):
        sheet.append([row[index] for index in keep])
    workbook.save(target)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("target", type=Path)
    parser.add_argument("--without-passwords", action="store_true")
    options = parser.parse_args()
    write_list(options.count, options.target, with_passwords=not options.without_passwords)


if __name__ == "__main__":
    main()
