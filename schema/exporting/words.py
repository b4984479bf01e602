"""What can be exported, and how it is written."""

from __future__ import annotations

from enum import StrEnum


class Listing(StrEnum):
    """What can be exported, as the address names it."""

    FIRMS = "firms"
    BLOCKAGES = "blockages"


class Format(StrEnum):
    """How a snapshot is written, as the address ends."""

    CSV = "csv"
    NDJSON = "ndjson"
    XLSX = "xlsx"
