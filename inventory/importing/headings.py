"""What stands over a column of figures: an energy, its unit, whose operations."""

import re
import unicodedata
from dataclasses import dataclass

from inventory.importing.words import READ_AS, is_unit_word, read_operation
from inventory.lines import Operation
from inventory.names import key_of

MAX_HEADING = 120  # characters; nothing longer is looked at
BRACKETS = re.compile(r"[(\[{【〔]([^()\[\]{}【】〔〕]*)[)\]}】〕]")
BEHIND = re.compile(r"^(.+)[/_\-—–:]([^/_\-—–:]+)$")
JOINTS = " :_-—–/,、"
PER_YEAR = re.compile(r"/(?:年|yr|year)$", re.IGNORECASE)
UNIT_LABEL = re.compile(r"^單位[::]?")
BY_LENGTH = sorted(READ_AS, key=len, reverse=True)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading in its parts. `operation` None: it says none; `beside` is the group over it."""

    text: str
    beside: str = ""
    unit: str = ""
    operation: Operation | None = None
    is_contradictory: bool = False  # 自行 over 委外


def read_heading(above: str, own: str) -> Heading:
    """The parts of a column's headings: that of the row above ("" for none) and its own.

    >>> heading = read_heading("委外", "電力（度）")
    >>> heading.text, heading.unit, heading.operation.value
    ('電力', '度', 'outsourced')
    """
    own, above = _plain(own), _plain(above)
    if own == above:
        above = ""
    if len(own) > MAX_HEADING:
        return Heading("")
    if (operation := read_operation(own)) is not None:
        own, above = above, ""
        group = None
    else:
        operation, own = _without_operation(own)
        group, above = _without_operation(above)
    own, unit = _without_unit(own)
    above, unit_above = _without_unit(above)
    if is_unit(own) or not own:  # a row of units below the energies
        own, above, unit = above, "", own or unit
    return Heading(
        own,
        above,
        unit or unit_above,
        operation if operation is not None else group,
        operation is not None and group is not None and operation != group,
    )


def is_unit(typed: str) -> bool:
    """Whether a text is a unit and nothing else."""
    return is_unit_word(UNIT_LABEL.sub("", PER_YEAR.sub("", _plain(typed))))


def _plain(text: str) -> str:
    if len(text) > MAX_HEADING:
        return text
    return "".join(unicodedata.normalize("NFKC", text).split()).strip("*:")


def _without_unit(text: str) -> tuple[str, str]:
    """電力(度) and 電力/kWh in two; a bracket that holds no unit stays."""
    for match in reversed(list(BRACKETS.finditer(text))):
        if is_unit(match[1]):
            unit = UNIT_LABEL.sub("", PER_YEAR.sub("", match[1]))
            return text[: match.start()] + text[match.end() :], unit
    plain = PER_YEAR.sub("", text)
    if (behind := BEHIND.match(plain)) and is_unit(behind[2]):
        return behind[1], behind[2]
    return text, ""


def _without_operation(text: str) -> tuple[Operation | None, str]:
    """委外電力, 電力(委外) and 自行-電力 in two; 自用發電機 is no word for an operation alone."""
    if (operation := read_operation(text)) is not None:
        return operation, ""
    for match in BRACKETS.finditer(text):
        if (operation := read_operation(match[1])) is not None:
            return operation, text[: match.start()] + text[match.end() :]
    for word in BY_LENGTH:
        if len(word) > 1 and text.casefold().startswith(word) and key_of(text[len(word) :]):
            return READ_AS[word], text[len(word) :].strip(JOINTS)
    parts = re.split(r"[-—–_:/]", text)
    if len(parts) > 1 and (operation := read_operation(parts[-1])) is not None:
        return operation, text[: -len(parts[-1]) - 1]
    return None, text
