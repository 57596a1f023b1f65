"""Every table that figures rest on, column by column: what verifies it, or why nothing can.

Whoever adds a column or a table says it here, or a test fails. A table that is only ever added to
also stands in the head (`inventory.verifying.head`): its columns by the head's format that brought
them in. What a format lists never changes, for heads of it are kept elsewhere for years.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

CONTENT = "the content of its version"
CURRENT = "the current version and its sums"
EVENTS = "the events of the filing"
MAKER = "the event that made the version"
HISTORY = "the last event of its history"
FILE = "the file of the set"
PLACE = "the filing above and the history of the unit"
ROWS = "the rows of its factor set"
REFERENCE = "the row that it refers to"
SERIES = "its number in the series of its filing"
HEAD = "nothing else says it: only a head that was kept"

HEAD_FORMAT = 1  # of the heads that are made today


@dataclass(frozen=True, slots=True)
class Table:
    """One table: how → its columns, and why not → its columns (names with blanks between).

    in_head: format → the columns that it added. key: the column by which rows are numbered, each
    higher than those before; of_filing: the column by which they belong to a filing.
    """

    by: Mapping[str, str]
    left: Mapping[str, str] = field(default_factory=dict)
    in_head: Mapping[int, str] = field(default_factory=dict)
    key: str = "id"
    of_filing: str = ""

    @property
    def columns(self) -> list[str]:
        """All columns that are said anything of."""
        return [
            name for names in (*self.by.values(), *self.left.values()) for name in names.split()
        ]

    def head_columns(self, number: int) -> list[str]:
        """The columns that a head of this format has; none where it lacks the table."""
        names = (names for since, names in sorted(self.in_head.items()) if since <= number)
        return [name for part in names for name in part.split()]


NUMBERED = {"numbers the rows; nothing refers to it": "id"}
KEPT = "pgh_id pgh_created_at pgh_label pgh_obj_id pgh_context"
UNIT = (
    "id code name county_id parent_id category is_active contact_name contact_phone contact_fax"
    " contact_email persons floor_area closed_on merged_into_id"
)
USER = "id is_superuser username unit_id role is_active must_change_password date_joined"
YEAR = "year opens_on due_on factor_set_id note"
DATES = "id year_id county_id opens_on due_on reason set_by_id"
SET = (
    "slug title title_en publisher source published file_date corrects_id gwp_basis usable_years"
    " review_by note note_en"
)
FACTOR = (
    "line name name_en year unit gas is_biogenic value gwp derivation source page confidence"
    " gwp_source gwp_page gwp_confidence"
)
DOUBT = "id factor_set_id year doubt reason checked_by_id checked_at"
EVENT = "id filing_id revision verb by_id at version reason lines details"
VERSION = (
    "id filing_id number format previous_hash saved_at saved_by_id saved_as save_reason"
    " is_complete own_kg outsourced_kg factor_set_id content check_value"
)

IMPORT = "id file_name check_value at by_id"
IMPORTED = "id imported_id filing_id version"


def _history(columns: str) -> Table:
    """A table of pghistory: the last event is held against the row, all of them by the head."""
    return Table(by={HISTORY: columns, HEAD: KEPT}, in_head={1: f"{KEPT} {columns}"}, key="pgh_id")


# In the order in which a head has them.
TABLES: dict[str, Table] = {
    "inventory.FactorSet": Table(
        by={FILE: f"{SET} content checksum", HEAD: "loaded_at loaded_by_id"},
        in_head={1: f"{SET} content checksum loaded_at loaded_by_id"},
        key="slug",
    ),
    "inventory.Factor": Table(
        by={FILE: FACTOR, "the terms of the entries": "id", REFERENCE: "factor_set_id"},
        in_head={1: f"id factor_set_id {FACTOR}"},
    ),
    "inventory.CheckedDoubt": Table(by={HEAD: DOUBT}, in_head={1: DOUBT}),
    "inventory.ReportingYearEvent": _history(YEAR),
    "inventory.CountyDatesEvent": _history(DATES),
    "accounts.UnitEvent": _history(UNIT),
    "accounts.UserEvent": _history(USER),
    "inventory.Filing": Table(
        by={
            CONTENT: "year_id unit_id outsourced_scope own_kg outsourced_kg factor_set_id saved_as"
            " save_reason saved_at",
            "its entries": "uncounted",
            PLACE: "parent_id path level",
            MAKER: "saved_by_id",
            EVENTS: "status version revision is_prefilled completed_at completed_by_id confirmed_at"
            " confirmed_by_id confirmed_version published_version returned_at returned_by_id"
            " return_reason returned_lines extended_to extended_at extended_by_id extension_reason"
            " extension_document covers_until successor_id",
            REFERENCE: "id",
        },
        in_head={1: "id year_id unit_id"},
        of_filing="id",
    ),
    "inventory.FilingVersion": Table(
        by={
            SERIES: "filing_id number",
            CONTENT: "format previous_hash is_complete own_kg outsourced_kg factor_set_id"
            " check_value",
            "its check value, and the hash in the next version": "content",
            MAKER: "saved_at saved_by_id saved_as save_reason",
        },
        left=NUMBERED,
        in_head={1: VERSION},
        of_filing="filing_id",
    ),
    "inventory.FilingEvent": Table(
        by={
            SERIES: "filing_id revision",
            "the verbs before it": "verb version",
            "the columns of the filing, while they follow from it, and the versions": "by_id at"
            " reason lines details",
        },
        left=NUMBERED,
        in_head={1: EVENT},
        of_filing="filing_id",
    ),
    "inventory.FilingImport": Table(by={HEAD: IMPORT}, in_head={1: IMPORT}),
    "inventory.ImportedFiling": Table(
        by={HEAD: IMPORTED}, in_head={1: IMPORTED}, of_filing="filing_id"
    ),
    "inventory.Entry": Table(
        by={
            CURRENT: "filing_id operation line position name answer quantity kg reason reason_note"
            " parts",
            ROWS: "unit factor_set_id terms",
        },
        left=NUMBERED,
    ),
    "inventory.ReportingYear": Table(by={HISTORY: YEAR}),
    "inventory.CountyDates": Table(by={HISTORY: DATES}),
    "accounts.Unit": Table(by={HISTORY: UNIT}),
    "accounts.User": Table(
        by={HISTORY: USER},
        left={"a secret, and it changes with every sign-in": "password last_login"},
    ),
    "accounts.County": Table(
        by={REFERENCE: "letter"},
        left={"wording of the platform, in no figure": "name name_en order"},
    ),
}
