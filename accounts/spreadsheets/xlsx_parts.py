"""What an .xlsx workbook says about its sheets, styles and texts (ECMA-376 part 1).

Both dialects count: transitional, as Excel saves it, and strict, with its other namespaces.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from accounts.spreadsheets.number_formats import BUILT_IN, BUILT_IN_DATES
from accounts.spreadsheets.packages import Package, plain

MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
RELATIONSHIPS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
DATE_FORMAT = "yyyy/m/d"
ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
TRUE = {"1", "true", "on"}
MAX_STYLES = 65_536


@dataclass
class Workbook:
    """The workbook's parts that its sheets need."""

    sheets: list[tuple[str, str]] = field(default_factory=list)  # name, part
    hidden: list[str] = field(default_factory=list)  # names
    is_1904: bool = False
    formats: list[str] = field(default_factory=list)  # number format of each cell style
    texts: list[str] = field(default_factory=list)  # shared strings


def local(name: str) -> str:
    """The name of an element or attribute without its namespace."""
    return name.rpartition(" ")[2]


def main_names(names: str) -> dict[str, str]:
    """Full name in either dialect → the name alone, for the elements that a reader knows."""
    return {f"{space} {name}": name for space in MAIN for name in names.split()}


def unescaped(text: str) -> str:
    """Excel writes what XML cannot hold as `_x000D_`, and `_` before such a text as `_x005F_`.

    Half of a character (_xD800_) is none, and stands as a lost one: nothing could store it.
    """
    return ESCAPE.sub(_character, text) if "_x" in text else text


def _character(escape: re.Match[str]) -> str:
    code = int(escape[1], 16)
    return "\N{REPLACEMENT CHARACTER}" if 0xD800 <= code <= 0xDFFF else chr(code)


def read_workbook(package: Package) -> Workbook | None:
    """None where the package is no workbook."""
    part = _targets(package, "", "/officeDocument").popitem()[1] if _has_root(package) else ""
    part = part if part in package else "xl/workbook.xml"
    if part not in package:
        return None
    workbook = Workbook()
    _read_sheets(package, part, workbook)
    for styles in _targets(package, part, "/styles").values():
        workbook.formats = _read_formats(package, styles)
    for strings in _targets(package, part, "/sharedStrings").values():
        workbook.texts = list(_read_texts(package, strings))
    return workbook


def _has_root(package: Package) -> bool:
    return "_rels/.rels" in package and bool(_targets(package, "", "/officeDocument"))


def _targets(package: Package, part: str, kind: str) -> dict[str, str]:
    """Id → part, for the relationships of one kind that a part has."""
    folder, name = posixpath.split(part)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    targets: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        is_inside = attributes.get("TargetMode") != "External"
        if local(name) == "Relationship" and attributes["Type"].endswith(kind) and is_inside:
            targets[attributes["Id"]] = plain(posixpath.join("/", folder, attributes["Target"]))

    if relations in package:
        package.parse(relations, start)
    return {key: target for key, target in targets.items() if target in package}


def _read_sheets(package: Package, part: str, workbook: Workbook) -> None:
    parts = _targets(package, part, "/worksheet")
    names = main_names("sheet workbookPr")

    def start(name: str, attributes: dict[str, str]) -> None:
        element = names.get(name)
        if element == "workbookPr":
            workbook.is_1904 = attributes.get("date1904") in TRUE
        elif element == "sheet":
            key = next(
                (attributes[f"{s} id"] for s in RELATIONSHIPS if f"{s} id" in attributes), ""
            )
            if attributes.get("state", "visible") != "visible":
                workbook.hidden.append(attributes["name"])
            elif key in parts:
                workbook.sheets.append((attributes["name"], parts[key]))

    package.parse(part, start)


def _read_formats(package: Package, part: str) -> list[str]:
    """The number format of each cell style; DATE_FORMAT for the dates that are built in."""
    names = main_names("numFmt cellXfs xf")
    own: dict[str, str] = {}
    formats: list[str] = []
    is_inside = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal is_inside
        element = names.get(name)
        if element == "numFmt" and len(own) < MAX_STYLES:
            own[attributes["numFmtId"]] = attributes.get("formatCode", "")
        elif element == "cellXfs":
            is_inside = True
        elif element == "xf" and is_inside and len(formats) < MAX_STYLES:
            formats.append(attributes.get("numFmtId", "0"))

    def end(name: str) -> None:
        nonlocal is_inside
        if names.get(name) == "cellXfs":
            is_inside = False

    package.parse(part, start, end)
    return [own.get(number) or _built_in(number) for number in formats]


def _built_in(number: str) -> str:
    key = int(number) if number.isdecimal() else 0
    return DATE_FORMAT if key in BUILT_IN_DATES else BUILT_IN.get(key, "General")


def _read_texts(package: Package, part: str) -> Iterator[str]:
    """The shared texts. Runs of rich text are put together, phonetic ones left out."""
    names = main_names("si t rPh")
    texts: list[str] = []
    pieces: list[str] = []
    is_text = is_phonetic = False

    def start(name: str, _attributes: dict[str, str]) -> None:
        nonlocal is_text, is_phonetic
        element = names.get(name)
        is_text = element == "t"
        is_phonetic = is_phonetic or element == "rPh"

    def end(name: str) -> None:
        nonlocal is_text, is_phonetic
        element = names.get(name)
        is_text = False
        if element == "rPh":
            is_phonetic = False
        elif element == "si":
            texts.append(unescaped("".join(pieces)))
            pieces.clear()

    def characters(data: str) -> None:
        if is_text and not is_phonetic:
            pieces.append(data)

    package.parse(part, start, end, characters)
    return iter(texts)
