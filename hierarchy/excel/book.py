"""轉excel: one workbook with the list as on the page, every unit below it, gases, factors."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook

from hierarchy import scope
from hierarchy.cells import Link, Value
from hierarchy.excel import detail
from hierarchy.excel.detail import Detail, Names
from hierarchy.excel.factors import FACTOR_COLUMNS, FactorsUsed
from hierarchy.excel.gases import GAS_COLUMNS, gas_rows, sum_rows
from hierarchy.excel.items import ITEM_COLUMNS, item_rows
from hierarchy.excel.sheet import Sheet, printable
from hierarchy.list import table
from hierarchy.list.listing import Listing, heading, listing_of, progress, uncounted
from inventory.basis.sets import Basis
from inventory.basis.sums import added_up, desk_line_sums
from inventory.models import Filing
from inventory.periods import PeriodNotes
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

    `absolute` makes a full address of a path. All sheets are of one moment, so their sums
    agree; filings are read in portions, so memory does not grow with the county.
    """
    book = Workbook(write_only=True)
    book.properties.title = printable(_title(root))
    book.properties.creator = _("城市層級溫室氣體碳揭露服務平台")
    book.properties.created = book.properties.modified = timezone.now().replace(tzinfo=None)
    with read_snapshot():
        listing = listing_of(root)
        basis = listing.basis()
        _write_list(book, listing, basis, absolute)
        used = _write_detail(book, root, basis)
        _write_gases(book, root, basis, used)
        _write_factors(book, root, used)
    file = TemporaryFile()  # noqa: SIM115 (the response closes it)
    book.save(file)
    file.seek(0)
    return file


def _title(root: Filing) -> str:
    return f"{heading(root)} ({root.year.gregorian})"


def _export_time() -> str:
    now = timezone.localtime().strftime("%Y-%m-%d %H:%M")
    return _("匯出時間：%(time)s") % {"time": now}


def _write_list(book: Workbook, listing: Listing, basis: Basis, absolute: Absolute) -> None:
    sheet = Sheet(book, _("所屬機關列表"), listing.columns)
    notes = [
        _export_time(),
        progress(listing.below),
        _("排放量小計含填報中的數據；委外操作為各機關本身的數據，不納入總量計算。"),
        *filter(None, [uncounted(listing.uncounted)]),
        *basis.sentences,
    ]
    sheet.preamble(_title(listing.root), notes, listing.labels)
    if not listing.paths:
        sheet.sentence(_("目前並沒有下轄機關"))
    for row in listing.rows(listing.paths):
        sheet.row(_written(column.value(row), absolute) for column in listing.columns)
    for total in listing.total_rows:
        sheet.sums(_written(column.total(total), absolute) for column in listing.columns)
    sheet.last_note()


def _written(value: table.Value, absolute: Absolute) -> Value:
    """Whoever reads a sheet is not on our pages: a link is the full address."""
    return absolute(value.address) if isinstance(value, Link) else value


def _write_detail(book: Workbook, root: Filing, basis: Basis) -> FactorsUsed:
    """明細 and 逐筆, which are written side by side: every filing is read once."""
    columns = detail.columns(root.year_id)
    sheet, items = Sheet(book, _("明細"), columns), Sheet(book, _("逐筆"), ITEM_COLUMNS)
    _explain_detail(sheet, items, root, basis)
    names, used = Names(), FactorsUsed()
    sums = [Decimal(0) if column.is_summed else None for column in columns]
    filings = scope.subtree_of(root).select_related("unit", "successor").prefetch_related("entries")
    periods = PeriodNotes(root.year_id)
    for number, filing in enumerate(filings.iterator(chunk_size=FILINGS_AT_ONCE), start=1):
        periods.mark(filing)
        entries = list(filing.entries.all())
        used.note(entries)
        row = Detail(number, filing, entries, names.down_to(filing))
        values = [column.value(row) for column in columns]
        sheet.row(values)
        sums = list(map(_added, sums, values))
        for item in item_rows(row):
            items.row(item)
    sheet.sums(_("合計") if index == 3 else number for index, number in enumerate(sums))
    sheet.last_note()
    items.last_note()
    return used


def _explain_detail(sheet: Sheet, items: Sheet, root: Filing, basis: Basis) -> None:
    notes = [
        _export_time(),
        _("空白為尚未填答；「未使用」為該機關已填答未使用。同一項目有多筆時，數量為各筆之和。"),
        *basis.sentences,
    ]
    sheet.preamble(_title(root), notes)
    explained = _("有名稱的各筆：數量 × 每單位公斤CO₂e，四捨五入至小數 4 位，即為該筆的公斤CO₂e。")
    items.preamble(_title(root), [_export_time(), explained])


def _write_gases(book: Workbook, root: Filing, basis: Basis, used: FactorsUsed) -> None:
    """Categories and gases, with the sets that entries alone have."""
    sheet = Sheet(book, _("類別與氣體"), GAS_COLUMNS)
    breakdown = added_up(desk_line_sums(scope.subtree_of(root)))
    basis = replace(basis, uses=basis.with_entry_sets(used.sets))
    explained = _("各類別、各氣體相加即為合計，到最後一位；氣體的公噸數逐筆四捨五入至 0.1 公克。")
    sheet.preamble(_title(root), [_export_time(), explained, *basis.sentences])
    for row in gas_rows(breakdown):
        sheet.row(row)
    for row in sum_rows(breakdown):
        sheet.sums(row)
    sheet.last_note()


def _added(so_far: Decimal | None, value: Value) -> Decimal | None:
    """A running sum; words such as 未使用 and empty cells add nothing."""
    if so_far is None or not isinstance(value, Decimal):
        return so_far
    return so_far + value


def _write_factors(book: Workbook, root: Filing, used: FactorsUsed) -> None:
    sheet = Sheet(book, _("係數"), FACTOR_COLUMNS)
    notes = [
        _export_time(),
        _("本檔各筆數據儲存時採用的係數：公斤CO₂e＝數量 × 係數 × GWP，各氣體相加。"),
    ]
    sheet.preamble(_title(root), notes)
    for row in used.rows():
        sheet.row(row)
    sheet.last_note()
