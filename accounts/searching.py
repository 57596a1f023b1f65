"""Finding units and accounts by what stands on a page or in a letter, however it is typed.

A name is found in any width of its brackets and letters, with or without its blanks; an account
with its county's letter, in any case; an agency code alone; and any part of these.
"""

from functools import reduce
from operator import or_

from django.db.models import CharField, F, Func, Q, Value
from django.db.models.functions import Concat, Lower
from django.db.models.lookups import Contains

from accounts import cleaning

MAX_SEARCH = 100  # characters; as long as the longest name


class Key(Func):
    """`cleaning.key` of a column, for a name that is stored as `cleaning.name` leaves it."""

    function = "translate"
    output_field = CharField()

    def __init__(self, column: str) -> None:
        given = Value(cleaning.KEY_FROM + cleaning.KEY_DROPS), Value(cleaning.KEY_TO)
        super().__init__(F(column), *given)


def named(words: str, *columns: str, account: tuple[str, str] | None = None) -> Q:
    """The rows that have each of the words in one of the columns; all where there are no words.

    account: the columns of the county's letter and of the agency code, which are an account
    together.
    """
    searched: list[Func] = [Key(column) for column in columns]
    if account is not None:
        searched.append(Lower(Concat(*map(F, account), output_field=CharField())))
    condition = Q()
    for word in cleaning.name(words[:MAX_SEARCH]).split():
        found = (Q(Contains(column, cleaning.key(word))) for column in searched)
        condition &= reduce(or_, found)
    return condition
