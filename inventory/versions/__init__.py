"""What every save left behind: versions read, compared, found by their check value."""

from inventory.versions.reading import (
    Comparison,
    compare,
    compare_for_review,
    current_version,
    find_version,
    mark_equal,
    versions_of,
)

__all__ = [
    "Comparison",
    "compare",
    "compare_for_review",
    "current_version",
    "find_version",
    "mark_equal",
    "versions_of",
]
