"""What the rules and the readers need of the record about saved searches; a part of `directory.ports`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from directory.saved_searches import Match, MatchKind, SavedSearch, Standing


class SavedSearches(Protocol):
    """Saved searches (订阅检索), what they found, and as what their owners are known."""

    async def add(self, saved: SavedSearch, most: int) -> bool:
        """Whether it was kept: an owner has at most so many. What is sealed by now is none of its matches."""

    async def rename(self, saved_search: str, owner: str, name: str) -> bool:
        """Whether the owner has it; it bears the name from now on."""

    async def delete(self, saved_search: str, owner: str) -> bool:
        """Whether the owner had it; it is gone with its matches."""

    async def keep_standing(self, standing: Standing) -> None:
        """As what a subject is known from now on."""

    async def keep_matches(self, matches: Sequence[Match]) -> None:
        """Keeps what searches found; each once."""

    async def advance(self, since: int, until: int) -> bool:
        """Whether the matching goes on from `until`: not where another process has taken it on from `since`."""

    async def forget_matches(self, before: datetime) -> int:
        """How many matches from before that instant were removed."""


class SavedSearchReads(Protocol):
    """Reads outside commands."""

    async def saved_searches(self, owner: str | None = None) -> Sequence[SavedSearch]:
        """The saved searches of an owner, or of all, oldest first."""

    async def matches(
        self,
        saved_search: str,
        *,
        first: int,
        after: tuple[int, str] | None = None,
        kind: MatchKind | None = None,
    ) -> Sequence[Match]:
        """Up to `first` matches, oldest first, behind the key (position, report)."""

    async def met(self, blockages: Sequence[str]) -> frozenset[tuple[str, str]]:
        """Which (saved search, report) of these reports have matched before."""

    async def standings(self, subjects: Sequence[str]) -> Mapping[str, Standing]:
        """As what subjects are known, by subject."""

    async def matched_to(self) -> int | None:
        """The log position up to which saved searches were matched; None while there never was one."""
