"""The words of the code and templates, and the catalogue, as the tests compare them.

Everything is read by Python alone: a machine without GNU gettext checks the same.
"""

import ast
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation.template import templatize

from tests.architecture.source import ROOT, modules, name, templates, tree

PO = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
CJK = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
PLACEHOLDER = re.compile(r"%\((\w+)\)([sd])|(%%)")

LAZY = {"gettext_lazy", "pgettext_lazy", "gettext_noop"}
EAGER = {"gettext", "pgettext"}
# What a template says, after templatize(): gettext(u'…'), pgettext(u'…', u'…') or _("…").
IN_TEMPLATE = re.compile(
    r"""(?<![\w.])(pgettext|gettext|_)\(((?:\s|,|u?'(?:\\.|[^'\\])*'|u?"(?:\\.|[^"\\])*")+)\)"""
)
PO_LINE = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr)(?:\[\d])? (".*")$')

Key = tuple[str, str]  # context ("" for none), msgid


@dataclass
class Message:
    """One entry of the .po."""

    texts: dict[str, str] = field(default_factory=dict)
    flags: str = ""

    @property
    def key(self) -> Key:
        return self.texts.get("msgctxt", ""), self.texts["msgid"]

    @property
    def english(self) -> str:
        return self.texts["msgstr"]


def messages(path: Path = PO) -> dict[Key, Message]:
    """The entries of the catalogue; its own heading is not one."""
    return {message.key: message for message in _entries(path) if message.texts["msgid"]}


def compiled(path: Path = PO) -> bytes:
    """The catalogue as GNU msgfmt compiles it (.mo), on a machine that may not have it.

    A heading of seven numbers, two tables of (length, offset), then the texts, each with a zero
    behind it; the msgids are sorted.
    """
    texts = {}
    for message in _entries(path):
        context, words = message.key
        key = f"{context}\x04{words}" if context else words
        texts[key.encode()] = message.english.encode()
    keys = sorted(texts)
    pieces = [*keys, *(texts[key] for key in keys)]
    at, places = 28 + 8 * len(pieces), b""
    for piece in pieces:
        places += struct.pack("<2I", len(piece), at)
        at += len(piece) + 1
    tables = (28, 28 + 8 * len(keys), 0, 28 + 8 * len(pieces))
    heading = struct.pack("<7I", 0x950412DE, 0, len(keys), *tables)
    return heading + places + b"".join(piece + b"\0" for piece in pieces)


def _entries(path: Path) -> Iterator[Message]:
    """The blocks of the .po, its heading first."""
    for block in re.split(r"\n\n+", path.read_text(encoding="utf-8").strip()):
        yield _message(block)


def _message(block: str) -> Message:
    message, last = Message(), ""
    for line in block.splitlines():
        if line.startswith("#,"):
            message.flags += line
        elif match := PO_LINE.match(line):
            last = match[1]
            message.texts[last] = ast.literal_eval(match[2])
        elif line.startswith('"'):
            message.texts[last] += ast.literal_eval(line)
    return message


def said() -> dict[Key, str]:
    """Every message of our Python files and templates, with where it is said."""
    found: dict[Key, str] = {}
    for path in modules():
        for call in calls(path):
            if call.key is not None:
                found[call.key] = f"{name(path)}:{call.line}"
    for path in templates():
        for function, given in IN_TEMPLATE.findall(templatize(path.read_text(encoding="utf-8"))):
            words = ast.literal_eval(f"({given},)")
            found[words if function == "pgettext" else ("", words[0])] = name(path)
    return found


@dataclass(frozen=True)
class Call:
    """A call of gettext and co.; `is_late`: the language is asked for when the words are shown."""

    line: int
    key: Key | None  # None where the words are not known before the program runs
    is_late: bool


def calls(path: Path) -> list[Call]:
    """Every call of a translating function in a module."""
    module = tree(path)
    real = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in LAZY | EAGER
    }
    return list(_calls(module, real, is_late=False))


def _calls(node: ast.AST, real: dict[str, str], *, is_late: bool) -> Iterator[Call]:
    for child in ast.iter_child_nodes(node):
        late = is_late or isinstance(child, ast.FunctionDef | ast.Lambda)
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Name):
            function = real.get(child.func.id)
            if function:
                yield Call(child.lineno, _key(function, child), late or function in LAZY)
        yield from _calls(child, real, is_late=late)


def _key(function: str, call: ast.Call) -> Key | None:
    if not all(isinstance(word, ast.Constant) for word in call.args):
        return None
    words = [ast.literal_eval(word) for word in call.args]
    return (words[0], words[1]) if function.startswith("pgettext") else ("", words[0])


def placeholders(text: str) -> list[str]:
    """What a translation has to keep, in any order."""
    return sorted(match[0] for match in PLACEHOLDER.finditer(text))
