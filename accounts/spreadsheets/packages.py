"""The parts of a zipped workbook, unpacked piece by piece and never beyond a limit."""

import io
import posixpath
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from xml.parsers import expat

from django.utils.translation import gettext as _

from accounts.spreadsheets.errors import (
    MEGABYTE,
    Limits,
    SpreadsheetError,
    refusal,
    too_large,
)

MAX_MEMBERS = 2_000
CHUNK = MEGABYTE  # expat looks through a comment or attribute again with every piece of it

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Characters = Callable[[str], None]


@contextmanager
def damage_is_a_spreadsheet_error() -> Iterator[None]:
    """zipfile, zlib, expat and numbers out of range: damaged files raise almost anything."""
    try:
        yield
    except SpreadsheetError:
        raise
    except Exception as error:
        raise refusal(_("活頁簿已損壞，無法讀取；請用 Excel 開啟後另存新檔。")) from error


class Package:
    """A zip file as what it says. Its sizes may be lies, so every byte that is read is counted."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self.packed = zipfile.ZipFile(io.BytesIO(data))
        self.left = limits.unpacked
        self.megabytes = limits.unpacked // MEGABYTE
        # some writers put backslashes, or another case than their own references
        self.members = {plain(member.filename): member for member in self.packed.infolist()}
        if len(self.members) > MAX_MEMBERS:
            raise too_large(_("活頁簿的內容過多，無法讀取。"))

    def __contains__(self, name: str) -> bool:
        return plain(name) in self.members

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of one part. Raises KeyError where there is none."""
        with self.packed.open(self.members[plain(name)]) as part:
            while chunk := part.read(CHUNK):
                self.left -= len(chunk)
                if self.left < 0:
                    size = {"size": self.megabytes}
                    raise too_large(_("活頁簿解開後超過 %(size)s MB。") % size)
                yield chunk

    def parse(
        self, name: str, start: Start, end: End | None = None, text: Characters | None = None
    ) -> None:
        """Hand one XML part to the handlers; names come as `namespace name`.

        A document type is refused: it is what entities, and bombs made of them, need.
        """
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_document_type
        parser.StartElementHandler = start
        if end is not None:
            parser.EndElementHandler = end
        if text is not None:
            parser.CharacterDataHandler = text
        for chunk in self.chunks(name):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)


def _refuse_document_type(*_about: object) -> None:
    raise refusal(_("活頁簿裡有文件型別宣告，這不是 Excel 存的檔，不予讀取。"))


def plain(name: str) -> str:
    """A part's name as it is compared."""
    return posixpath.normpath(name.replace("\\", "/")).lstrip("/").lower()
