"""
What the public reads of a report (公开文本): a title and a summary that an officer approved.

Taking a report up approves them: as the officer words them, or else the reporter's own words as they are. They can be
worded anew as long as the report is public; the report's own words stay as they were, for its parties. A text is stale
once the reporter had more to say after it was approved: somebody should look at it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from directory.blockages import Step, moved
from directory.entities import Blockage, TimelineEntry
from directory.moves import Action, Side

_APPROVALS = frozenset({Action.TRIAGE_ACCEPT, Action.APPROVE_TEXT})
_SAYS_MORE = frozenset({Action.PROVIDE_INFORMATION, Action.CONFIRM_PART, Action.DISPUTE, Action.REOPEN})


@dataclass(frozen=True, slots=True)
class Words:
    """A title and a description."""

    title: str
    description: str


@dataclass(frozen=True, slots=True)
class PublicText:
    """The approved text; `approved_by` is a role or an agency's code, `revision` counts from 1."""

    words: Words
    revision: int
    approved_at: datetime
    approved_by: str
    stale: bool


def own_words(blockage: Blockage) -> Words:
    """The reporter's."""
    return Words(blockage.title, blockage.description)


def public_words(blockage: Blockage) -> Words:
    """What the public reads once the report is public."""
    return Words(blockage.public_title or blockage.title, blockage.public_summary or blockage.description)


def reads_own_words(blockage: Blockage, sides: frozenset[Side]) -> bool:
    """Whether a caller with `sides` reads the reporter's words: the parties, and everyone where they are the approved."""
    return bool(sides) or own_words(blockage) == public_words(blockage)


def words_for(blockage: Blockage, sides: frozenset[Side]) -> Words:
    """The title and description of the report for a caller with `sides`."""
    return own_words(blockage) if sides else public_words(blockage)


def public_text(blockage: Blockage) -> PublicText | None:
    """The approved text; None before triage took the report up."""
    approvals = [at for at, entry in enumerate(blockage.timeline) if entry.action in _APPROVALS]
    if not approvals:
        return None
    approved: TimelineEntry = blockage.timeline[approvals[-1]]
    return PublicText(
        words=public_words(blockage),
        revision=len(approvals),
        approved_at=approved.at,
        approved_by=approved.actor,
        stale=any(entry.action in _SAYS_MORE for entry in blockage.timeline[approvals[-1] :]),
    )


def proposed_words(blockage: Blockage, title: str | None, summary: str | None) -> Words | None:
    """The text that an officer approves, with what is left out as it was; None for the reporter's own words."""
    stands = public_words(blockage)
    words = Words(title or stands.title, summary or stands.description)
    return None if words == own_words(blockage) else words


def approved_anew(blockage: Blockage, step: Step, words: Words | None) -> Blockage:
    """The report with another public text, None for its own words. Raises: NotAllowedNow, for one that is never public."""
    return moved(
        blockage,
        Action.APPROVE_TEXT,
        step,
        public_title=words.title if words else None,
        public_summary=words.description if words else None,
    )
