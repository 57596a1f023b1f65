"""Finding units and accounts by what stands on a page or in a letter, however it is typed.

A name is found in any width of its brackets and letters, with or without its blanks; an account
with its county's letter, in any case; an agency code alone; and any part of these.
"""

import re
from collections import defaultdict
from functools import reduce
from operator import or_

from django.db.models import Q

from accounts import cleaning

MAX_SEARCH = 100  # characters; as long as the longest name
BLANKS = f"[{cleaning.KEY_DROPS}]*"
SPELLINGS: dict[str, list[str]] = defaultdict(list)  # of one character of a key: what stands for it
for spelling, plain in cleaning.KEY.items():
    if plain is not None:
        SPELLINGS[chr(plain)].append(chr(spelling))


def named(words: str, *columns: str, account: tuple[str, str] | None = None) -> Q:
    """The rows that have each of the words in one of the columns; all where there are no words.

    account: the columns of the county's letter and of the agency code, which are an account
    together. The database is asked by patterns: to fold the widths of 100,000 names with its
    `translate` takes it ten seconds, to look for a pattern in them half a second.
    """
    condition = Q()
    for word in cleaning.name(words[:MAX_SEARCH]).split():
        pattern = pattern_of(word)
        found = [Q(**{f"{column}__regex": pattern}) for column in columns]
        if account is not None:
            found.append(_is_of_account(word, *account))
        condition &= reduce(or_, found)
    return condition


def pattern_of(word: str) -> str:
    """A regular expression for the texts whose `cleaning.key` has that of the word in it."""
    return BLANKS.join(map(_any_spelling, cleaning.key(word)))


def _any_spelling(character: str) -> str:
    others = SPELLINGS.get(character, [])
    return f"[{''.join(map(re.escape, (character, *others)))}]" if others else re.escape(character)


def _is_of_account(word: str, county: str, code: str) -> Q:
    letter, rest = cleaning.county_and_code(word)
    has_part = Q(**{f"{code}__contains": cleaning.code(word)})
    if letter and rest:
        return has_part | Q(**{county: letter, f"{code}__startswith": rest})
    return has_part
