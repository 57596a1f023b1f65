"""What is filed: factor sets, years, one filing per unit and year, and its entries."""

from inventory.models.entries import UNCOUNTED, AnswerKind, Entry, Reason
from inventory.models.events import FilingEvent
from inventory.models.factors import CheckedDoubt, Factor, FactorSet, identity
from inventory.models.filings import (
    PATH_WIDTH,
    Filing,
    FilingQuerySet,
)
from inventory.models.imports import FilingImport, ImportedFiling
from inventory.models.plausibility import Finding, FindingKind, Judgement, SiblingSpread
from inventory.models.saved_as import WITHOUT_FIGURES, SavedAs
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
    "FilingImport",
    "FilingQuerySet",
    "FilingVersion",
    "Finding",
    "FindingKind",
    "ImportedFiling",
    "Judgement",
    "Reason",
    "ReportingYear",
    "SavedAs",
    "SiblingSpread",
    "identity",
]
