"""The verbs: what can happen to a filing or a year, each in one transaction on locked rows."""

from inventory.workflow.arranging import excuse, move, reinstate, take_back
from inventory.workflow.changing import ReplyNeeded
from inventory.workflow.filing import (
    confirm,
    confirm_many,
    extend,
    prefill,
    recompute,
    save,
    send_back,
)
from inventory.workflow.recording import FilingConflict, Seen

__all__ = [
    "FilingConflict",
    "ReplyNeeded",
    "Seen",
    "confirm",
    "confirm_many",
    "excuse",
    "extend",
    "move",
    "prefill",
    "recompute",
    "reinstate",
    "save",
    "send_back",
    "take_back",
]
