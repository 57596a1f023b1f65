"""The check value of a filing's version: the same content always gives the same value."""

import hashlib
import json

from inventory.computing import plain
from inventory.sheet import Sheet
from inventory.workflow import figures

GROUP, LENGTH = 4, 20


def check_value(sheet: Sheet) -> str:
    """20 hexadecimal digits of SHA-256 over the version's content, in groups of four.

    The content is the unit, year, version, time of completion, factor set, every figure with the
    factors it was computed with, and the totals.
    """
    filing = sheet.inventory
    entries = [one.entry for row in sheet.rows for one in row.shown]
    content = {
        "unit": filing.unit.code,
        "year": filing.year_id,
        "version": filing.version,
        "completed_at": filing.completed_at.isoformat() if filing.completed_at else None,
        "factor_set": filing.factor_set_id,
        "outsourced_scope": filing.outsourced_scope,
        "figures": figures(entries),
        "terms": [entry.terms for entry in entries],
        "own_kg": plain(sheet.own_kg),
        "outsourced_kg": plain(sheet.outsourced_kg),
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digits = hashlib.sha256(text.encode()).hexdigest()[:LENGTH].upper()
    return "-".join(digits[start : start + GROUP] for start in range(0, LENGTH, GROUP))
