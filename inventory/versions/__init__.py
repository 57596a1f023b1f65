"""What every save left behind: versions read, compared, found by their check value."""

from inventory.versions.reading import (
    Comparison,
    changes_since_confirmation,
    compare,
    current_version,
    find_version,
    mark_equal,
    versions_of,
)

__all__ = [
    "Comparison",
    "changes_since_confirmation",
    "compare",
    "current_version",
    "find_version",
    "mark_equal",
    "versions_of",
]
