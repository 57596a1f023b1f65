"""What a sheet shows for a number under its format (ECMA-376 part 1, §18.8.30 and §18.8.31)."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache

EXACT_DIGITS = 15  # a spreadsheet keeps no more of a number
BUILT_IN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    37: "#,##0;-#,##0",
    38: "#,##0;-#,##0",
    39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;-#,##0.00",
    48: "##0.0E+0",
    49: "@",
}
# 27 to 36 and 50 to 58 are dates wherever Chinese, Japanese or Korean is the language
BUILT_IN_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_.|\*.|\[\$(?P<currency>[^\]-]*)[^\]]*\]'
    r"|(?P<elapsed>\[(?:h+|m+|s+)\])|\[[^\]]*\]|(?P<general>General)|(?P<scientific>E[+-])"
    r"|(?P<ampm>AM/PM|A/P|上午/下午)|(?P<digit>[0#?.,%/])|(?P<date>[ymdhsegb])|(?P<text>@)"
    r"|(?P<literal>.)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """One section of a number format, as far as it changes which number is shown.

    `decimals` None is General: as many as there are. `pattern` has the digits and literals of a
    code such as 0000-000000, `suffix` the words that stand around a number.
    """

    is_date: bool = False
    is_general: bool = False
    is_scientific: bool = False
    has_digits: bool = True
    decimals: int = 0
    scale: int = 0  # powers of ten: 2 for per cent, -3 for thousands
    pattern: tuple[str, ...] = ()
    prefix: str = ""
    suffix: str = ""


@lru_cache(maxsize=2048)
def parse_format(code: str) -> tuple[NumberFormat, ...]:
    """The sections of a format: positive, negative, zero."""
    return tuple(_section(section) for section in _sections(code[:1000] or "General")[:3])


def is_date_format(code: str) -> bool:
    """Whether the format shows a number as a date or a time of day."""
    return parse_format(code)[0].is_date


def shown_number(number: Decimal, code: str) -> tuple[str, bool]:
    """What the sheet shows, and whether that is the number itself and not a rounded one.

    Marks of thousands and zeros behind the point go; words and per cent signs of the format
    stay, and zeros in front where the format asks for them: 014302. What General shows is the
    number itself, without the noise of binary fractions.
    """
    number = without_noise(number)
    sections = parse_format(code)
    form = sections[0]
    if number < 0 and len(sections) > 1:
        form = sections[1]
    elif number == 0 and len(sections) > 2:
        form = sections[2]
    if form.is_general or form.is_scientific:
        return plain(number), True
    if not form.has_digits:  # an accountant's dash for nothing, or a number that is hidden
        return plain(number), number == 0
    if len(form.pattern) > 1 and number >= 0:
        return _by_pattern(form, number), number == number.to_integral_value()
    scaled = number.scaleb(form.scale)
    rounded = _rounded(scaled, form.decimals)
    return form.prefix + plain(rounded) + form.suffix, rounded == scaled and form.scale >= 0


def without_noise(number: Decimal) -> Decimal:
    """What was meant by a binary fraction: 57.7 for 57.699999999999996 or 57.7000000001.

    Fifteen digits are exact. Sums of fractions drift in digits behind the tenth: these are
    dropped only where a run of zeros or nines shows that they are drift.
    """
    if number == number.to_integral_value():
        return number
    exact = _significant(number, EXACT_DIGITS)
    digits = len(exact.normalize().as_tuple().digits)
    short = _significant(exact, 10)
    is_drift = digits >= 12 and len(short.normalize().as_tuple().digits) <= 7
    return short if is_drift else exact


def plain(number: Decimal) -> str:
    """Digits without an exponent and without zeros behind the point."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _significant(number: Decimal, digits: int) -> Decimal:
    with localcontext() as context:
        context.prec = digits
        context.rounding = ROUND_HALF_UP
        return +number


def _rounded(number: Decimal, decimals: int) -> Decimal:
    with localcontext() as context:
        context.prec = 400  # a double has up to 309 digits before the point
        return number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def _by_pattern(form: NumberFormat, number: Decimal) -> str:
    """A code: the digits from the right on, with what stands between them."""
    digits = list(plain(_rounded(number, 0)))
    shown: list[str] = []
    for mark in reversed(form.pattern):
        shown.append(mark[1:] if mark != "0" else digits.pop() if digits else "0")
    return "".join([*digits, *reversed(shown)])


def _sections(code: str) -> list[str]:
    sections, quoted, escaped = [""], False, False
    for character in code:
        if character == ";" and not quoted and not escaped:
            sections.append("")
            continue
        quoted ^= character == '"' and not escaped
        escaped = character == "\\" and not escaped
        sections[-1] += character
    return sections


def _section(section: str) -> NumberFormat:
    tokens = [(match.lastgroup or "", match[0], match) for match in TOKEN.finditer(section)]
    kinds = {kind for kind, _text, _match in tokens}
    if "general" in kinds or "text" in kinds:
        return NumberFormat(is_general=True)
    if kinds & {"date", "elapsed", "ampm"}:
        return NumberFormat(is_date=True)
    if "scientific" in kinds or any(text == "/" for _kind, text, _match in tokens):
        return NumberFormat(is_scientific=True)
    digits = "".join(text for kind, text, _match in tokens if kind == "digit")
    words = [_words(kind, match) for kind, _text, match in tokens]
    if set(digits) == {"0"}:
        marks = [("0" if kind == "digit" else "=" + word) for (kind, *_), word in _pairs(tokens)]
        return NumberFormat(pattern=tuple(mark for mark in marks if mark != "="))
    first = next((i for i, (kind, *_) in enumerate(tokens) if kind == "digit"), len(tokens))
    whole, _point, fraction = digits.partition(".")
    scale = 2 * digits.count("%") - 3 * _trailing_commas(whole, fraction)
    return NumberFormat(
        has_digits=any(mark in digits for mark in "0#?"),
        decimals=sum(fraction.count(mark) for mark in "0#?"),
        scale=scale,
        prefix=_meaningful("".join(words[:first])),
        suffix=_meaningful("".join(words[first:])) + "%" * digits.count("%"),
    )


def _pairs(
    tokens: list[tuple[str, str, re.Match[str]]],
) -> list[tuple[tuple[str, str, re.Match[str]], str]]:
    return [(token, _words(token[0], token[2])) for token in tokens]


def _words(kind: str, match: re.Match[str]) -> str:
    """What a token shows besides digits."""
    return match[kind] if kind in {"quoted", "escaped", "currency", "literal"} else ""


def _meaningful(words: str) -> str:
    """Words around a number that say what it counts; signs, brackets and blanks do not."""
    return words if any(character.isalpha() for character in words) else ""


def _trailing_commas(whole: str, fraction: str) -> int:
    """A comma behind the last digit divides by a thousand."""
    last = fraction.rstrip("%") if fraction else whole.rstrip("%")
    return len(last) - len(last.rstrip(","))
