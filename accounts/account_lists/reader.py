"""The columns of an account list (附件 5-1 of the procedure, and what a site adds)."""

from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from accounts.account_lists.progress import Progress, no_progress
from accounts.spreadsheets import Limits, Table, scan_table

# the best heading first: where a list has several of one column, the others are asked about
COLUMNS = {
    "name": (
        "單位",
        "單位名稱",
        "單位全名",
        "機關單位",
        "機關單位名稱",
        "機關/單位",
        "機關/單位名稱",
        "機關/單位名稱(全名)",
        "機關",
        "機關名稱",
        "機關全名",
        "學校名稱",
        "校名",
        "學校全名",
        "名稱",
    ),
    "account": (
        "帳號",
        "帳號名稱",
        "登入帳號",
        "使用者帳號",
        "賬號",
        "機關帳號",
        "單位帳號",
        "機關代碼",
        "機關代號",
        "單位代碼",
        "單位代號",
        "學校代碼",
        "學校代號",
        "機關(構)代碼",
        "代碼",
        "代號",
    ),
    "password": ("密碼", "初始密碼", "預設密碼", "登入密碼"),
    "parent": (
        "上級機關帳號",
        "上級帳號",
        "上級單位帳號",
        "上層帳號",
        "上一層級單位帳號",
        "上級機關代碼",
        "上級機關代號",
        "上級單位代碼",
        "主管機關帳號",
        "主管機關代碼",
        "主管機關代號",
        "上層機關代碼",
        "隸屬機關代碼",
        "所屬機關代碼",
        "上級機關",
        "上級單位",
        "主管機關",
        "上級機關名稱",
        "主管機關名稱",
        "隸屬機關",
        "所屬機關",
    ),
    "county": ("縣市", "縣市名稱", "縣市別", "所屬縣市", "所在縣市", "直轄市縣市"),
    "category": ("類別", "機關類別", "單位類別", "機關/單位類別"),
    "email": ("Email", "E-mail", "電子郵件", "電子郵件信箱", "電子信箱", "信箱", "聯絡信箱"),
}
REQUIRED = ("name", "account")
CODES = ("account", "parent")


def read_account_list(
    source: Path | BinaryIO | bytes,
    file_name: str,
    *,
    accepted: Collection[str] = (),
    limits: Limits | None = None,
    progress: Progress = no_progress,
) -> Table:
    """The list as a table; single unreadable cells stand in `Table.row_errors`.

    `accepted` has the questions that somebody has answered. Raises SpreadsheetError when it is
    no table, or none with 單位 and 帳號.
    """
    stage = _("讀取清單")
    return scan_table(
        source,
        file_name,
        COLUMNS,
        REQUIRED,
        codes=CODES,
        secret=("password",),
        accepted=accepted,
        limits=limits,
        progress=lambda done, total: progress(stage, done, total),
    )
