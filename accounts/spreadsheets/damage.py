"""What looks as if a program had changed it on the way: lost characters, zeros, letters."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

IDEOGRAPH = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
LOST = re.compile(f"[{IDEOGRAPH}][?\ufffd]|[?\ufffd][{IDEOGRAPH}]|\ufffd|\u25a1|\u3013")
PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]")
NUMBER = re.compile(r"[A-Za-z]?([0-9]+)", re.ASCII)
POWER = re.compile(r"[1-9][0-9]{2,5}0{4,}", re.ASCII)
POWER_LENGTHS = range(8, 13)  # digits of an agency code that was read as 37103E5
MAX_ZEROS = 3  # codes of one list differ by more only where they are of different kinds
MIN_SHARE = 10  # one in ten has the length that is taken for the right one


def damage_of(text: str, doubtful: Mapping[str, str]) -> str:
    """Why a text looks damaged; "" where it does not. `doubtful` has characters read by guess."""
    if LOST.search(text):
        return _("文字裡有問號或方框，可能是存檔時遺失的字。")
    if private := PRIVATE.search(text):
        what = {"code": f"U+{ord(private[0]):04X}"}
        return _("有自造字（%(code)s），別的電腦顯示不出來；請改成標準字。") % what
    guessed = next((character for character in text if character in doubtful), "")
    if guessed:
        what = {"character": guessed, "code": doubtful[guessed]}
        return _("內碼 %(code)s 不在 Big5 之內，讀成「%(character)s」，可能是自造字。") % what
    return ""


def damaged_codes(codes: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The places, and why, of codes that lost zeros or were read as a number with an exponent."""
    digits = [match[1] if (match := NUMBER.fullmatch(code)) else "" for code in codes]
    lengths = Counter(len(text) for text in digits if text)
    total = lengths.total()
    usual = max((n for n, count in lengths.items() if count * MIN_SHARE >= total), default=0)
    for index, text in enumerate(digits):
        if text and usual - MAX_ZEROS <= len(text) < usual:
            sizes = {"length": len(text), "usual": usual}
            yield index, _("只有 %(length)s 位，別列有 %(usual)s 位，前面的零可能不見了。") % sizes
        elif len(text) in POWER_LENGTHS and POWER.fullmatch(text):
            zeros = len(text) - len(text.rstrip("0"))
            what = {"code": f"{text.rstrip('0')}E{zeros}"}
            yield index, _("可能是 %(code)s 這樣的代碼被 Excel 當成數字。") % what
