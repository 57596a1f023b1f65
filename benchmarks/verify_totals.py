"""`verify_totals` on 100,000 filings, beside one plain read of the same rows.

The filings are made by SQL with the triggers off, for speed, but with right figures: the versions
are written by the platform's own trigger. Then one cell is falsified, and has to be found.
"""

import json
import time
from collections.abc import Callable
from datetime import date
from io import StringIO

from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import County, User
from inventory.entries.computing import frozen_term
from inventory.factors.table import FactorTable
from inventory.lines import LINES, Kind, Operation
from inventory.models import ReportingYear

FILINGS = 100_000
YEARS = (102, 103, 104)
FACTOR_SET = "tw-105-ar4"
DUE = date(2016, 6, 30)  # long ago: what is completed is public
# Of a hundred units, how many answer a line with a number, a tenth of them also for outsourced
# operations; the others do not use it.
SHARES = {
    "electricity": 100,
    "natural_gas": 30,
    "lpg": 60,
    "gasoline": 60,
    "diesel": 45,
    "facility_diesel": 50,
    "co2_extinguisher": 10,
    "bc_extinguisher": 10,
    "kbc_extinguisher": 10,
    "r134a": 20,
    "r410a": 20,
    "other_refrigerant": 10,
    "other": 10,
}

UNITS = """
    INSERT INTO accounts_unit (code, name, county_id, category, is_active, contact_name,
        contact_phone, contact_fax, contact_email)
    SELECT '9' || lpad(number::text, 8, '0') || 'Z', '量測用單位 ' || number, county, '', true,
        '', '', '', ''
    FROM (SELECT number, (%(counties)s::text[])[1 + number %% %(places)s] AS county
          FROM generate_series(1, %(units)s) AS number) numbered
"""
OPENED = """
    INSERT INTO inventory_filing (year_id, unit_id, path, level, status, version,
        outsourced_scope, own_kg, outsourced_kg, saved_as, save_reason, is_prefilled,
        return_reason, returned_lines, extension_reason)
    SELECT year.year, unit.id, lpad(unit.id::text, 5, '0'), 1, 'not_started', 0, '', 0, 0, '', '',
        false, '', '[]', ''
    FROM inventory_reportingyear year CROSS JOIN accounts_unit unit
    ORDER BY year.year, unit.id
    LIMIT %(filings)s
"""
ENTRIES = """
    INSERT INTO inventory_entry (filing_id, operation, line, position, name, answer, quantity,
        unit, factor_set_id, terms, kg, reason, reason_note)
    SELECT filing.id, asked.operation, asked.line, 0, CASE WHEN used THEN asked.name ELSE '' END,
        CASE WHEN used THEN 'number' ELSE 'unused' END, CASE WHEN used THEN quantity END,
        asked.unit, CASE WHEN used THEN %(factor_set)s END,
        CASE WHEN used THEN asked.terms ELSE '[]' END,
        CASE WHEN used THEN round(quantity * asked.kg_per_unit, 4) END, '', ''
    FROM inventory_filing filing
    JOIN jsonb_to_recordset(%(asked)s) AS asked(year int, operation text, line text, name text,
        unit text, share int, terms jsonb, kg_per_unit numeric, nth bigint)
        ON asked.year = filing.year_id
    CROSS JOIN LATERAL (
        SELECT (filing.id * 7919 + asked.nth * 104729) %% 1000 < asked.share AS used,
            (filing.id * 2654435761 + asked.nth * 40503) %% 1000000000 / 10000.0 AS quantity
    ) chance
    ORDER BY filing.id, asked.nth
"""
FILED = """
    UPDATE inventory_filing filing
    SET version = 1, status = 'completed', saved_as = 'complete', factor_set_id = %(factor_set)s,
        saved_at = now(), saved_by_id = %(by)s, completed_at = now(), completed_by_id = %(by)s,
        own_kg = sums.own_kg, outsourced_kg = sums.outsourced_kg
    FROM (
        SELECT filing_id, COALESCE(SUM(kg) FILTER (WHERE operation = 'own'), 0) AS own_kg,
            COALESCE(SUM(kg) FILTER (WHERE operation = 'outsourced'), 0) AS outsourced_kg
        FROM inventory_entry GROUP BY filing_id
    ) sums
    WHERE sums.filing_id = filing.id
"""
SECOND_VERSIONS = "UPDATE inventory_filing SET version = 2 WHERE id % 10 = 0"
WRITTEN_DOWN = """
    SELECT format('ALTER TABLE inventory_filing ENABLE ALWAYS TRIGGER %I', tgname)
    FROM pg_trigger WHERE tgname LIKE 'pgtrigger_every_save_is_a_version_%'
"""
ONE_CELL = """
    UPDATE inventory_entry SET kg = kg + 0.0001
    WHERE id = (SELECT id FROM inventory_entry WHERE kg > 0 ORDER BY id LIMIT 1 OFFSET 12345)
"""
PLAIN_READ = """
    SELECT (SELECT sum(kg) FROM inventory_entry),
        (SELECT sum(length(terms::text)) FROM inventory_entry),
        (SELECT sum(length(content)) FROM inventory_filingversion)
"""


def measure() -> None:
    """Make the filings, verify them, falsify one cell, verify them again."""
    print(f"{f'making {FILINGS:,} filings':<42} {_seconds(make_filings):9.1f} s")
    plain = _seconds(lambda: _execute(PLAIN_READ))
    ours = _seconds(_verify)
    print(f"{f'verify_totals of {FILINGS:,} filings':<42} {ours:9.1f} s  {plain:9.1f} s ", end=" ")
    print(f"{ours / plain:8.1f} ×")
    _execute("SET session_replication_role = replica", ONE_CELL)
    _execute("SET session_replication_role = DEFAULT")
    found = StringIO()
    try:
        _verify(found)
    except CommandError as refusal:
        print(f"one falsified cell: {refusal} {found.getvalue().splitlines()[0]}")
    else:
        raise AssertionError("the falsified cell was not found")


def _verify(out: StringIO | None = None) -> None:
    call_command("verify_totals", stdout=out or StringIO(), stderr=StringIO())


def make_filings(count: int = FILINGS) -> None:
    """So many completed filings of closed years, every line answered, every tenth saved twice."""
    call_command("load_factor_sets", stdout=StringIO())
    by = User.objects.create_superuser("measurer")
    for year in YEARS:
        ReportingYear.objects.create(year=year, opens_on=DUE, due_on=DUE, factor_set_id=FACTOR_SET)
    counties = list(County.objects.values_list("pk", flat=True))
    values = {
        "counties": counties,
        "places": len(counties),
        "units": -(-count // len(YEARS)),
        "filings": count,
        "factor_set": FACTOR_SET,
        "by": by.pk,
        "asked": json.dumps([one for year in YEARS for one in _asked(year)]),
    }
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN_DOWN)
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)
        cursor.execute("SET session_replication_role = replica")
        for statement in (UNITS, OPENED, ENTRIES, FILED):
            cursor.execute(statement, values)
    _execute(SECOND_VERSIONS, "SET session_replication_role = DEFAULT", "VACUUM ANALYZE")


def _asked(year: int) -> list[dict[str, object]]:
    """Each line of the form with the factors that an entry keeps."""
    table = FactorTable.of(ReportingYear.objects.get(year=year))
    asked: list[dict[str, object]] = []
    for operation in Operation:
        for line in LINES:
            named = line.kind in (Kind.REFRIGERANTS, Kind.OTHERS)
            name, unit = table.names(line.code)[0] if named else ("", line.unit)
            factors = table.demand(line.code, name)
            share = SHARES[line.code] * (10 if operation == Operation.OWN else 1)
            asked.append(
                {
                    "year": year,
                    "operation": operation.value,
                    "line": line.code,
                    "name": name,
                    "unit": unit,
                    "share": share,
                    "terms": [frozen_term(factor) for factor in factors],
                    "kg_per_unit": str(sum(factor.value * factor.gwp for factor in factors)),
                    "nth": len(asked),
                }
            )
    return asked


def _execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        if cursor.description:
            cursor.fetchall()


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
