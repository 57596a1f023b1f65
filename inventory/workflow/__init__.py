"""The verbs: what can happen to a filing or a year, each in one transaction on locked rows."""

from inventory.workflow.arranging import excuse, move, reinstate, take_back
from inventory.workflow.changing import ReplyNeeded
from inventory.workflow.extending import Extension, extend_many
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
from inventory.workflow.taking_in import take_in
from inventory.workflow.unit_changes import close_unit, reopen_unit

__all__ = [
    "Extension",
    "FilingConflict",
    "ReplyNeeded",
    "Seen",
    "close_unit",
    "confirm",
    "confirm_many",
    "excuse",
    "extend",
    "extend_many",
    "move",
    "prefill",
    "recompute",
    "reinstate",
    "reopen_unit",
    "save",
    "send_back",
    "take_back",
    "take_in",
]
