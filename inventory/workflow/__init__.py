"""The verbs: what can happen to a filing or a year, each in one transaction on locked rows."""

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
    "Seen",
    "confirm",
    "confirm_many",
    "extend",
    "prefill",
    "recompute",
    "save",
    "send_back",
]
