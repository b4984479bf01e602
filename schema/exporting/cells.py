"""What a table shows of a value."""

from __future__ import annotations

from directory.facts import Json

BETWEEN_ITEMS = "; "


def cell_text(value: Json) -> str:
    """The value as the text of a cell; empty for what is not there."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return BETWEEN_ITEMS.join(str(item) for item in value)
    return str(value)
