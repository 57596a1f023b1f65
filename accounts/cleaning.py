"""What people type, paste or list, as they mean it: one function for each kind of datum.

Every place that takes, imports, searches or compares such a datum calls its function here, so that
the same odd input means the same everywhere. Three rules hold for all of them:

- What is longer than MAX_LENGTH comes back as it was: whoever asks refuses it by its length, and
  no time is spent on it (a megabyte of combining marks takes a minute to normalise).
- Characters that nobody sees (zero-width ones, marks of direction, selectors) go: they come along
  when text is copied. Control characters stay, for `validators.validate_printable` to refuse.
- Full-width characters become ASCII only where the datum is ASCII. No character that is not a
  digit becomes one: ², ① and ٣ stay what they are, ３ is a digit.
"""

import re
import unicodedata
from functools import lru_cache

MAX_LENGTH = 2_000  # characters; no datum that is cleaned here may have as many
FULL_WIDTH = range(0xFF01, 0xFF5F)  # ! to ~
FULL_WIDTH_OFFSET = 0xFEE0
# Characters without a shape of their own that Unicode does not call a format character (Cf).
UNSEEN = frozenset(
    map(
        chr,
        (
            *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2065, 0x3164, 0xFFA0),
            *range(0x180B, 0x1810),
            *range(0xFE00, 0xFE10),
            *range(0xFFF0, 0xFFF9),
            *range(0xE0000, 0xE1000),
        ),
    )
)
LINE_BREAK = re.compile(r"\s*[\r\n\v\f\x85\u2028\u2029]\s*")
TILDES = "~\N{WAVE DASH}\N{TILDE OPERATOR}\N{SMALL TILDE}\N{SWUNG DASH}"
NOTHING = frozenset(
    {"無", "沒有", "無資料", "none", "n/a", "na", "-", "--", "—", "–", "/", "x", "0"}
)  # for "I have none"
ACCOUNT = re.compile(r"([a-z]?)(.*)", re.ASCII | re.IGNORECASE | re.DOTALL)

# How names are compared and found: without blanks, in one width, one case and one 臺.
KEY_FROM = "".join(map(chr, FULL_WIDTH)) + "ABCDEFGHIJKLMNOPQRSTUVWXYZ台〔〕﹙﹚"
KEY_TO = "".join(chr(code - FULL_WIDTH_OFFSET) for code in FULL_WIDTH).lower() + (
    "abcdefghijklmnopqrstuvwxyz臺()()"
)
KEY_DROPS = " \N{IDEOGRAPHIC SPACE}\N{NO-BREAK SPACE}"
KEY = str.maketrans(KEY_FROM, KEY_TO, KEY_DROPS)


def is_unseen(character: str) -> bool:
    """Whether nobody can see the character, and it is no white space either."""
    return not character.isascii() and (
        unicodedata.category(character) == "Cf" or character in UNSEEN
    )


def text(typed: str) -> str:
    """Any text: composed characters (NFC), none that nobody sees, no white space at the ends.

    Its width stays: （ is no ( in what people write.
    """
    if len(typed) > MAX_LENGTH:
        return typed
    if not typed.isascii():
        seen = "".join(character for character in typed if not is_unseen(character))
        typed = unicodedata.normalize("NFC", seen)
    return typed.strip()


def lines(typed: str) -> str:
    """A text of several lines: as `text`, and each line break is one character."""
    return text(with_single_breaks(typed))


def with_single_breaks(typed: str) -> str:
    """One character for each line break: browsers send two, which nobody would count."""
    return typed.replace("\r\n", "\n").replace("\r", "\n")


def name(typed: str) -> str:
    """The name of a unit, person, facility or category: one line, one blank between words.

    Where a cell was broken between two ideographs, nothing stood between them.

    >>> name(" 連江縣立中正\\n國民中學（東引　分校） ")
    '連江縣立中正國民中學（東引 分校）'
    """
    cleaned = text(typed)
    if len(cleaned) > MAX_LENGTH:
        return typed
    return " ".join(LINE_BREAK.sub(_joint, cleaned).split())


def _joint(line_break: re.Match[str]) -> str:
    whole, start, end = line_break.string, line_break.start(), line_break.end()
    is_wrapped = _is_wide(whole[start - 1 : start]) and _is_wide(whole[end : end + 1])
    return "" if is_wrapped else " "


def _is_wide(character: str) -> bool:
    return bool(character) and unicodedata.east_asian_width(character) in "WF"


def word(typed: str) -> str:
    """A word that is ASCII wherever it can be, such as a unit: ｋＷｈ is kWh."""
    return _ascii(typed)


def account(typed: str) -> str:
    """An account or a county's letter, in the case in which it was typed.

    >>> account(" ｚ３７１０３６５００Ｘ ")
    'z371036500X'
    """
    return _ascii(typed)


def code(typed: str) -> str:
    """An agency code: letters are capitals."""
    cleaned = _ascii(typed)
    return cleaned.upper() if cleaned.isascii() else cleaned


def county_and_code(typed: str) -> tuple[str, str]:
    """The county's letter in lower case ("" where there is none) and the agency code in upper.

    An agency code begins with a digit, so a letter in front is the county's. What is no account
    at all comes back as a code that no agency has.

    >>> county_and_code("Ｚ371036500x"), county_and_code("371036500X")
    (('z', '371036500X'), ('', '371036500X'))
    """
    match = ACCOUNT.fullmatch(code(typed))
    assert match is not None  # noqa: S101 - the pattern takes any text
    return match[1].lower(), match[2]


def phone(typed: str) -> str:
    """Telephone numbers as people write them, in ASCII but for the words 轉, 分機, 或 and the like.

    Any dash is one dash, any tilde one tilde. 「無」 is none.

    >>> phone("（０８３６）２２０６７轉１２３"), phone("0836–22381〜3")
    ('(0836)22067轉123', '0836-22381~3')
    """
    cleaned = " ".join(_ascii(typed).split())
    if cleaned.lower() in NOTHING:
        return ""
    return "".join(map(_dash_or_tilde, cleaned)) if len(cleaned) <= MAX_LENGTH else typed


def _dash_or_tilde(character: str) -> str:
    if character in TILDES:
        return "~"
    is_dash = unicodedata.category(character) == "Pd" or character == "\N{MINUS SIGN}"
    return "-" if is_dash else character


def email(typed: str) -> str:
    """An e-mail address; 「無」 is none."""
    cleaned = _ascii(typed)
    return "" if cleaned.lower() in NOTHING else cleaned


def password(typed: str) -> str:
    """A password as it is stored and compared: one for all ways in which a keyboard sends it.

    Full width and ASCII are one password, composed and decomposed letters too, and white space at
    the ends, which nobody sees behind the dots, is no part of it. NIST SP 800-63B asks to
    normalise before hashing.
    """
    return _ascii(typed)


def key(typed: str) -> str:
    """What two spellings of one name, account or code have in common.

    >>> key("台北市（Ａ 區）") == key("臺北市(a區)")
    True
    """
    cleaned = name(typed)
    return cleaned if len(cleaned) > MAX_LENGTH else cleaned.translate(KEY)


def narrow(typed: str) -> str:
    """Full-width characters as ASCII; any other look-alike too, unless it stands for a number."""
    return typed if typed.isascii() else "".join(map(_narrow, typed))


@lru_cache(maxsize=1024)
def _narrow(character: str) -> str:
    if ord(character) in FULL_WIDTH:
        return chr(ord(character) - FULL_WIDTH_OFFSET)
    plain = unicodedata.normalize("NFKC", character)
    is_number = unicodedata.numeric(character, None) is not None
    is_number = is_number or any(one.isdigit() for one in plain)
    return plain if plain.isascii() and not is_number else character


def _ascii(typed: str) -> str:
    return typed if len(typed) > MAX_LENGTH else narrow(text(typed)).strip()
