"""The verbs: what can happen to a filing or a year, each in one transaction on locked rows."""

from inventory.workflow.filing import (
    VersionConflict,
    confirm,
    confirm_many,
    extend,
    prefill,
    recompute,
    save,
    send_back,
)

__all__ = [
    "VersionConflict",
    "confirm",
    "confirm_many",
    "extend",
    "prefill",
    "recompute",
    "save",
    "send_back",
]
