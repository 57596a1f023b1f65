"""What a verification finds."""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

from django.db.models import Field, Model
from django.utils.translation import gettext as _


class Unreadable(ValueError):
    """What is stored cannot be computed with: a term without its GWP, a number that is none."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell that is not what it should be.

    owner: the code of the unit, the county of a published figure, or whatever else has the cell;
    year: ROC year, None for what belongs to none. source: what says so: a file, a row, an event,
    a version, or the sum itself.
    """

    owner: str
    year: int | None
    cell: str
    stored: str
    recomputed: str
    source: str = ""

    def __str__(self) -> str:
        what = {
            "owner": self.owner,
            "year": self.year,
            "cell": self.cell,
            "stored": self.stored or _("（無）"),
            "recomputed": self.recomputed or _("（無）"),
        }
        if self.year is None:
            text = _("%(owner)s %(cell)s：儲存 %(stored)s，應為 %(recomputed)s") % what
        else:
            text = (
                _("%(owner)s %(year)s 年度 %(cell)s：儲存 %(stored)s，重算 %(recomputed)s") % what
            )
        if not self.source:
            return text
        return _("%(difference)s（依據：%(source)s）") % {
            "difference": text,
            "source": self.source,
        }


def field_name(model: type[Model], field: str) -> str:
    """A column as people call it."""
    return str(cast("Field[Any, Any]", model._meta.get_field(field)).verbose_name)


def as_text(value: Any) -> str:
    """A value as it is shown beside another: a number with all its digits, nothing as ""."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):  # a moment too
        return value.isoformat()
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
