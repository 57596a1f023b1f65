"""How long long sheets take, and how much memory: read, planned against an empty database not.

python -m benchmarks.sheets [--rows 100000]
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import openpyxl
from openpyxl.worksheet.cell_range import CellRange

from benchmarks.make_account_list import account_rows, write_list

HEADINGS = ("單位", "帳號", "密碼", "上級機關帳號", "類別")
LAST_ROW = 1_048_576
READ = """
import json, resource, sys, time
import django
from django.conf import settings
settings.configure(INSTALLED_APPS=[], USE_I18N=True)
django.setup()
from pathlib import Path
from accounts.spreadsheets import Limits, scan_table
columns = {"name": ["單位"], "account": ["帳號"], "password": ["密碼"],
           "parent": ["上級機關帳號"], "category": ["類別"]}
path = Path(sys.argv[1])
before, busy = time.perf_counter(), time.process_time()
table = scan_table(path, path.name, columns, ["name", "account"], codes=["account"])
seconds, busy = time.perf_counter() - before, time.process_time() - busy
megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([len(table.rows), len(table.questions), seconds, busy, megabytes]))
"""


def main() -> None:
    """Make the sheets, read each in a process of its own, print what it took."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sheets", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    report(parser.parse_args().rows)


def report(rows: int) -> None:
    """Print what each sheet took: seconds by the clock and of the CPU, megabytes at most."""
    print(f"{'sheet':<34}{'rows':>9}{'asked':>7}{'seconds':>9}{'CPU s':>8}{'MB':>6}")
    with tempfile.TemporaryDirectory() as folder:
        for name, path in _sheets(Path(folder), rows):
            read, asked, seconds, busy, megabytes = _measure(path)
            line = f"{name:<34}{read:>9,}{asked:>7}{seconds:>9.2f}{busy:>8.2f}{megabytes:>6.0f}"
            print(line, flush=True)


def _sheets(folder: Path, rows: int) -> list[tuple[str, Path]]:
    names = [
        (f"{rows:,} rows of .xlsx", folder / "long.xlsx"),
        (f"{rows:,} rows of CSV", folder / "long.csv"),
        (f"{rows:,} rows of CSV in Big5", folder / "big5.csv"),
        (f"{rows:,} rows of .xlsx, merged", folder / "merged.xlsx"),
        ("a stray blank in row 1,048,576", folder / "stray.xlsx"),
        ("200,000 formatted blank rows", folder / "blank.xlsx"),
    ]
    write_list(rows, folder / "long.xlsx")
    for name, encoding in (("long.csv", "utf-8-sig"), ("big5.csv", "cp950")):
        with (folder / name).open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows([HEADINGS, *account_rows(rows)])
    _write_merged(folder / "merged.xlsx", rows)
    _write_stray(folder / "stray.xlsx")
    _write_blank(folder / "blank.xlsx")
    return names


def _write_merged(path: Path, rows: int) -> None:
    """Every ten rows share one merged parent."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("清單")
    sheet.append(HEADINGS)
    for number, row in enumerate(account_rows(rows)):
        sheet.append(row if number % 10 == 0 else (*row[:3], None, row[4]))
    for first in range(2, rows - 8, 10):
        sheet.merged_cells.ranges.add(CellRange(f"D{first}:D{first + 9}"))
    book.save(path)


def _write_stray(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("清單", 0)
    for row in (HEADINGS, *account_rows(1000)):
        sheet.append(row)
    sheet.cell(row=LAST_ROW, column=1, value=" ")
    book.save(path)


def _write_blank(path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("清單")
    for row in (HEADINGS, *account_rows(1000)):
        sheet.append(row)
    bold = openpyxl.cell.WriteOnlyCell(sheet)
    bold.font = openpyxl.styles.Font(bold=True)
    for _number in range(200_000):
        sheet.append([bold] * 7)
    book.save(path)


def _measure(path: Path) -> tuple[int, int, float, float, float]:
    before = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [""])[-1]
        sys.exit(f"{path.name}: {last} ({time.perf_counter() - before:.1f} s)")
    rows, asked, seconds, busy, megabytes = json.loads(done.stdout)
    return rows, asked, seconds, busy, megabytes


if __name__ == "__main__":
    main()
