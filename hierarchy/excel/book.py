"""轉excel: one workbook with the list as on the page, every unit below it, and the factors."""

import re
from collections.abc import Callable
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook

from hierarchy import scope
from hierarchy.excel import detail
from hierarchy.excel.detail import Detail, Names
from hierarchy.excel.factors import FACTOR_COLUMNS, FactorsUsed
from hierarchy.excel.sheet import Sheet, Value, printable
from hierarchy.formats import Format
from hierarchy.list.columns import COLUMNS, headings
from hierarchy.list.listing import Listing, heading, listing_of, progress
from hierarchy.list.table import Row
from inventory.models import Filing
from inventory.read_snapshot import read_snapshot

FILINGS_AT_ONCE = 500
NOT_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')

Absolute = Callable[[str], str]


def file_name(root: Filing) -> str:
    """城市盤查_104年_連江縣政府.xlsx, without what a file system would not take.

    In Chinese whatever language the page is in: files of one year lie together by their names.
    """
    name = printable(NOT_IN_FILE_NAMES.sub("_", root.unit.name))
    return f"城市盤查_{root.year_id}年_{name}.xlsx"


def workbook_of(root: Filing, absolute: Absolute) -> IO[bytes]:
    """The workbook of a heading, in a temporary file that is read from its beginning.

    `absolute` makes a full address of a path. All three sheets are of one moment, so their sums
    agree; filings are read in portions, so memory does not grow with the county.
    """
    book = Workbook(write_only=True)
    book.properties.title = printable(_title(root))
    book.properties.creator = _("城市層級溫室氣體碳揭露服務平台")
    book.properties.created = book.properties.modified = timezone.now().replace(tzinfo=None)
    with read_snapshot():
        _write_list(book, listing_of(root), absolute)
        used = _write_detail(book, root)
        _write_factors(book, root, used)
    file = TemporaryFile()  # noqa: SIM115 (the response closes it)
    book.save(file)
    file.seek(0)
    return file


def _title(root: Filing) -> str:
    return f"{heading(root)} ({root.year.gregorian})"


def _made_at() -> str:
    now = timezone.localtime().strftime("%Y-%m-%d %H:%M")
    return _("匯出時間：%(time)s") % {"time": now}


def _write_list(book: Workbook, listing: Listing, absolute: Absolute) -> None:
    sheet = Sheet(book, _("所屬機關列表"), [column.width for column in COLUMNS])
    forms = [column.format for column in COLUMNS]
    notes = [
        _made_at(),
        progress(listing.below),
        _("排放量小計含填報中的數據；委外操作為各機關本身的數據，不納入總量計算。"),
    ]
    sheet.preamble(_title(listing.root), notes, headings(listing.root.level + 1))
    if not listing.paths:
        sheet.row([_("目前並沒有下轄機關")], [Format.TEXT])
    for row in listing.rows(listing.paths):
        sheet.row(_list_values(row, absolute), forms)
    for total in listing.total_rows:
        sheet.sums([column.total(total) for column in COLUMNS], forms)


def _list_values(row: Row, absolute: Absolute) -> list[Value]:
    return [
        absolute(str(column.value(row))) if column.kind.is_link else column.value(row)
        for column in COLUMNS
    ]


def _write_detail(book: Workbook, root: Filing) -> FactorsUsed:
    columns = detail.columns(root.year_id)
    sheet = Sheet(book, _("明細"), [column.width for column in columns])
    notes = [
        _made_at(),
        _("空白為尚未填答；「未使用」為該機關已填答未使用。同一項目有多筆時，數量為各筆之和。"),
    ]
    sheet.preamble(_title(root), notes, [str(column.heading) for column in columns])
    forms = [column.form for column in columns]
    names, used = Names(), FactorsUsed()
    sums = [Decimal(0) if column.is_summed else None for column in columns]
    filings = scope.subtree_of(root).select_related("unit").prefetch_related("entries")
    for number, filing in enumerate(filings.iterator(chunk_size=FILINGS_AT_ONCE), start=1):
        entries = list(filing.entries.all())
        used.note(entries)
        row = Detail(number, filing, entries, names.down_to(filing))
        values = [column.value(row) for column in columns]
        sheet.row(values, forms)
        sums = [_added(one, value) for one, value in zip(sums, values, strict=True)]
    labelled: list[Value] = [_("合計") if index == 3 else one for index, one in enumerate(sums)]
    sheet.sums(labelled, forms)
    return used


def _added(so_far: Decimal | None, value: Value) -> Decimal | None:
    """A running sum; words such as 未使用 and empty cells add nothing."""
    if so_far is None or not isinstance(value, Decimal):
        return so_far
    return so_far + value


def _write_factors(book: Workbook, root: Filing, used: FactorsUsed) -> None:
    sheet = Sheet(book, _("係數"), [width for _heading, _form, width in FACTOR_COLUMNS])
    notes = [
        _made_at(),
        _("本檔各筆數據儲存時採用的係數：公斤CO₂e＝數量 × 係數 × GWP，各氣體相加。"),
    ]
    sheet.preamble(_title(root), notes, [str(name) for name, _form, _width in FACTOR_COLUMNS])
    forms = [form for _name, form, _width in FACTOR_COLUMNS]
    for row in used.rows():
        sheet.row(row, forms)
