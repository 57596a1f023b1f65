"""What is filed: factor sets, years, one filing per unit and year, and its entries."""

from inventory.models.entries import UNCOUNTED, AnswerKind, Entry, Reason
from inventory.models.events import FilingEvent
from inventory.models.factors import CheckedDoubt, Factor, FactorSet, identity
from inventory.models.filings import (
    PATH_WIDTH,
    WITHOUT_FIGURES,
    Filing,
    FilingQuerySet,
    SavedAs,
)
from inventory.models.plausibility import Finding, FindingKind, Judgement, SiblingSpread
from inventory.models.versions import FilingVersion
from inventory.models.years import (
    FIRST_ROC_YEAR,
    LAST_YEAR,
    OLDEST_YEAR,
    OPENED,
    CountyDates,
    ReportingYear,
)

__all__ = [
    "FIRST_ROC_YEAR",
    "LAST_YEAR",
    "OLDEST_YEAR",
    "OPENED",
    "PATH_WIDTH",
    "UNCOUNTED",
    "WITHOUT_FIGURES",
    "AnswerKind",
    "CheckedDoubt",
    "CountyDates",
    "Entry",
    "Factor",
    "FactorSet",
    "Filing",
    "FilingEvent",
    "FilingQuerySet",
    "FilingVersion",
    "Finding",
    "FindingKind",
    "Judgement",
    "Reason",
    "ReportingYear",
    "SavedAs",
    "SiblingSpread",
    "identity",
]
