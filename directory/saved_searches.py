"""
Saved searches (订阅检索): somebody is told of each report that a search finds, once when it is found first and once a change.

What a search finds is looked up as its owner was last known (身份): a role that was lost is asked for no more, and of
an owner who has not come by for long nothing is looked up at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from directory.access import Caller
from directory.entities import Blockage
from directory.errors import LimitExceeded
from directory.reminders import Addressee, Notice
from directory.states import EntityType

LONGEST_NAME = 80
WINDOW_DAYS = 28
STANDING_DAYS = 30
STANDING_AFRESH = timedelta(days=1)
KEPT_DAYS = 90


class MatchKind(StrEnum):
    """How a report came to match."""

    NEW = "NEW"
    CHANGED = "CHANGED"


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A search that was kept; `filter` is the API's filter as JSON, `position` the log position when it was kept."""

    id: str
    owner: str
    name: str
    filter: Mapping[str, Any]
    created_at: datetime
    position: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """A saved search found a report that the log tells of at `position`, at the instant `at`."""

    saved_search: str
    blockage: str
    position: int
    kind: MatchKind
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """As what a subject was known when it last came by."""

    caller: Caller
    seen_at: datetime

    def holds(self, now: datetime) -> bool:
        """Whether anything is still looked up for the subject."""
        return now - self.seen_at < timedelta(days=STANDING_DAYS)

    def is_outdated(self, caller: Caller, now: datetime) -> bool:
        """Whether the same subject, as it is known now, has to be noted anew."""
        return self.caller != caller or now - self.seen_at >= STANDING_AFRESH


def refuse_flood(hits_per_day: float, most: int) -> None:
    """Raises: LimitExceeded, with the number, for a search that would tell of more than `most` reports a day."""
    if hits_per_day > most:
        raise LimitExceeded.at(
            "filter", key="search.flood", days=WINDOW_DAYS, hits=f"{hits_per_day:.1f}", most=most
        )


def kind_of(saved: SavedSearch, blockage_id: str, met: frozenset[tuple[str, str]]) -> MatchKind:
    """Whether the search finds the report for the first time; `met` are the pairs that matched before."""
    return MatchKind.CHANGED if (saved.id, blockage_id) in met else MatchKind.NEW


def match_notice(saved: SavedSearch, match: Match, report: Blockage, now: datetime) -> Notice:
    """What the owner is told of a match; of a report that two of the owner's searches find, the same."""
    return Notice(
        addressee=Addressee.SUBJECT,
        recipient=saved.owner,
        rule="notice.search.new" if match.kind is MatchKind.NEW else "notice.search.changed",
        entity_type=EntityType.BLOCKAGE,
        entity_id=report.id,
        firm_id=report.firm_id,
        due_at=match.at,
        at=now,
        params={"search": saved.name, "reference": report.reference},
    )
