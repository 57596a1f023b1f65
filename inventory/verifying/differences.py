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

    owner: the code of the unit, or the county of a published figure; year: ROC year.
    """

    owner: str
    year: int
    cell: str
    stored: str
    recomputed: str

    def __str__(self) -> str:
        return _("%(owner)s %(year)s 年度 %(cell)s：儲存 %(stored)s，重算 %(recomputed)s") % {
            "owner": self.owner,
            "year": self.year,
            "cell": self.cell,
            "stored": self.stored or _("（無）"),
            "recomputed": self.recomputed or _("（無）"),
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
