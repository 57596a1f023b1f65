"""What one row of an account list says, checked by itself."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts import cleaning
from accounts.models import CODE_PATTERN, Unit
from accounts.spreadsheets import Row, RowError, Table
from accounts.validators import RETIRED_LETTERS

CODE = re.compile(CODE_PATTERN, re.ASCII)
MAX_PASSWORD_LENGTH = 128
REGION_NUMBER = re.compile(r"\[[0-9]+\]\s*", re.ASCII)  # the national lists write [01]新北市


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that is right by itself. Accounts are the county's letter and the code: z371036500X.

    `parent` is the account of the parent, "" where the list names none; `parent_name` is what
    stands there instead of an account: the parent's name.
    """

    row: Row = field(repr=False)  # has the password
    letter: str
    code: str
    name: str
    parent: str
    category: str
    email: str
    password: str = field(repr=False)
    parent_name: str = ""

    @property
    def account(self) -> str:
        return self.letter + self.code


class EntryReader:
    """Makes entries of rows; what is rejected on the way stands in `rejected`."""

    def __init__(self, table: Table, counties: Mapping[str, str]) -> None:
        self.table = table
        self.counties = counties
        self.letters = {cleaning.key(name): letter for letter, name in counties.items()}
        self.rejected = [self._without_password(error) for error in table.row_errors]

    def entry_of(self, row: Row) -> Entry | None:
        """The row's entry; None where its account cannot be told."""
        name = self._name(row, "name", Unit._meta.get_field("name").max_length)
        if not name and "name" not in row.faulty:
            self._reject(row, "name", _("缺少單位名稱。"))
        letter, code = self._account(row)
        parent, parent_name = self._parent(row, letter)
        entry = Entry(
            row=row,
            letter=letter,
            code=code,
            name=name,
            parent=parent,
            parent_name=parent_name,
            category=self._name(row, "category", Unit._meta.get_field("category").max_length),
            email=self._email(row),
            password=self._password(row),
        )
        return entry if code else None

    def _without_password(self, error: RowError) -> RowError:
        letter = self.table.letters.get("password")
        return replace(error, value="") if error.cell == f"{letter}{error.row}" else error

    def _reject(self, row: Row, column: str, reason: str, value: str | None = None) -> None:
        self.rejected.append(self.table.row_error(row, column, reason, value))

    def _name(self, row: Row, column: str, max_length: int | None) -> str:
        """A name as `cleaning.name` reads it, and as long as its column holds."""
        name = cleaning.name(row[column])
        if max_length is not None and len(name) > max_length:
            self._reject(row, column, _("超過 %(most)s 個字。") % {"most": max_length})
        return name

    def _password(self, row: Row) -> str:
        if len(row["password"]) > MAX_PASSWORD_LENGTH:
            reason = _("密碼超過 %(most)s 個字。") % {"most": MAX_PASSWORD_LENGTH}
            self._reject(row, "password", reason, value="")
        return cleaning.password(row["password"])

    def _email(self, row: Row) -> str:
        email = cleaning.email(row["email"])
        max_length = Unit._meta.get_field("contact_email").max_length
        if max_length is not None and len(email) > max_length:
            self._reject(row, "email", _("超過 %(most)s 個字。") % {"most": max_length})
        elif email:
            try:
                validate_email(email)
            except ValidationError:
                self._reject(row, "email", _("電子郵件的格式不正確。"))
        return email

    def _account(self, row: Row) -> tuple[str, str]:
        """County letter and code, or two empty texts after a rejection."""
        letter_of_county = self._county(row)
        if "account" in row.faulty or letter_of_county is None:
            return "", ""
        if not row["account"]:
            self._reject(row, "account", _("缺少帳號。"))
            return "", ""
        letter, code = cleaning.county_and_code(row["account"])
        if "-" in code and CODE.match(code.replace("-", "")):
            reason = _("代碼不含「-」；請刪去連字號，填 %(code)s，或填這個單位自己的代碼。")
            reason %= {"code": code.replace("-", "")}
        elif not CODE.match(code):
            reason = _("帳號須為縣市字母加機關代碼（4 至 12 位數字或英文字母，以數字開頭）。")
        elif letter in RETIRED_LETTERS:
            what = {"letter": letter, "county": RETIRED_LETTERS[letter]}
            reason = _("帳號開頭的字母 %(letter)s 屬於已裁併的%(county)s，不再使用。") % what
        elif letter and letter not in self.counties:
            reason = _("帳號開頭的字母 %(letter)s 不是任何縣市。") % {"letter": letter}
        elif not letter and not letter_of_county:
            reason = _("帳號前面沒有縣市字母，這一列也沒有填縣市。")
        elif letter and letter_of_county and letter != letter_of_county:
            county = self.counties[letter_of_county]
            reason = _("帳號的縣市字母與縣市欄的%(county)s不符。") % {"county": county}
        else:
            return letter or letter_of_county, code
        self._reject(row, "account", reason)
        return "", ""

    def _county(self, row: Row) -> str | None:
        """The letter that the 縣市 column says, "" for an empty cell, None after a rejection."""
        text = cleaning.key(row["county"])
        if not text:
            return None if "county" in row.faulty else ""
        text = REGION_NUMBER.sub("", text)
        letter = text if text in self.counties else self.letters.get(text)
        if letter is None:
            self._reject(row, "county", _("沒有這個縣市。"))
        return letter

    def _parent(self, row: Row, letter: str) -> tuple[str, str]:
        """The parent's account, or its name; a letter that is missing is the row's own."""
        text = row["parent"]
        if not text:
            return "", ""
        parent_letter, code = cleaning.county_and_code(text)
        if not text.isascii() and not any(character.isdigit() for character in text):
            return "", text
        if not CODE.match(code) or (parent_letter and parent_letter not in self.counties):
            self._reject(row, "parent", _("上級機關帳號的格式不正確。"))
            return "", ""
        if letter and parent_letter and parent_letter != letter:
            self._reject(row, "parent", _("上級機關不在同一個縣市。"))
            return "", ""
        return (parent_letter or letter) + code, ""
