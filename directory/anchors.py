"""
The instants that the clock counts from (计时起点): one name for each look-up of the record that it asks.

Each belongs to a state: a report that has left it is not found any more. The record finds what has reached an instant
by index, so a round costs what there is to do, not what there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Anchor(StrEnum):
    """Which instant of which entities."""

    NOTICE_ENDS = "notice_ends"
    """The end of a public notice (公示) that no objection holds."""
    CHANGES_REQUESTED = "changes_requested"
    """When a firm was asked for changes that it has not made yet."""
    DRAFT_BEGUN = "draft_begun"
    """When a draft was begun."""
    CONFIRMED = "confirmed"
    """When a listed entry was last confirmed: listed, or updated for the year."""
    ANSWER_DUE = "answer_due"
    """Until when a reporter may answer a claimed resolution."""
    HANDLING_DUE = "handling_due"
    """The first running limit of those who handle a report."""
    RESOLUTION_DUE = "resolution_due"
    """The running resolve limit of a report."""
    UNSUPERVISED_DUE = "unsupervised_due"
    """The same of a report that is not under supervision (督办)."""
    UNSUPERVISED_HANDLING_DUE = "unsupervised_handling_due"
    """The first running limit of those who handle a report that is not under supervision."""
    REPLY_DUE = "reply_due"
    """Until when an agency has to reply to a supervision."""
    QUESTION_ASKED = "question_asked"
    """When the agency asked the reporter something that is not answered yet."""
    LAST_NEWS = "last_news"
    """When the reporter of an open report that others have in hand last learnt something of it."""


@dataclass(frozen=True, slots=True)
class Reached:
    """An entity whose instant has come; `key` continues the list after it."""

    id: str
    at: datetime
    key: tuple[str, str]
