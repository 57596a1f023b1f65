"""Number formats, by what the figure is; in the language of workbooks."""

from enum import Enum


class Format(Enum):
    """How a cell shows its value; the value itself is never rounded."""

    COUNT = "#,##0"
    PLAIN = "0"
    FIGURE = "#,##0.####"
    KG = "#,##0.0000"
    FACTOR = "0.############"
    MOMENT = "yyyy-mm-dd hh:mm"
    DAY = "yyyy-mm-dd"
    TEXT = "General"
