"""What one can choose of a mandate report (专报); apart, so that the command line starts without what makes one."""

from __future__ import annotations

from enum import StrEnum


class Audience(StrEnum):
    """For whom: public reports are rounded and without small groups, internal ones exact and of all reports."""

    PUBLIC = "public"
    INTERNAL = "internal"


class Page(StrEnum):
    """As what it is written."""

    HTML = "html"
    CSV = "csv"
