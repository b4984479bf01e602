"""
The ladders of reminders (提醒阶梯), as reference data: which rule speaks how far from which instant, and to whom.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from directory.anchors import Anchor


class To(StrEnum):
    """Whom a rule tells: the firm, whoever holds the report, or the supervisors."""

    FIRM = "firm"
    HOLDER = "holder"
    SUPERVISORS = "supervisors"


class Unit(StrEnum):
    """In what a rung is away from its anchor."""

    WORKING_DAYS = "working_days"
    DAYS = "days"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Rung:
    """A row of the ladders: `rule` tells `to` once `anchor` is `offset` past, or, where negative, that near."""

    rule: str
    anchor: Anchor
    offset: int
    to: To
    unit: Unit = Unit.WORKING_DAYS
