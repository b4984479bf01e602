"""Saved searches (订阅检索), what they found, and as what their owners were last known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, func, select, tuple_, update

from directory.access import Caller, Role
from directory.record.connection import Session
from directory.record.encoding import from_json, instant, instant_text, json_text
from directory.record.tables import (
    blockages,
    log_seals,
    matching,
    saved_search_matches,
    saved_searches,
    standings,
)
from directory.record.upsert import upserting
from directory.saved_searches import Match, MatchKind, SavedSearch, Standing

NAME = "saved-searches"


class SavedSearchStore:
    """`ports.SavedSearches` over SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, saved: SavedSearch, most: int) -> bool:
        """Whether it was kept: an owner has at most so many. What is sealed by now is none of its matches."""
        own = select(func.count()).where(saved_searches.c.owner == saved.owner)
        if (await self._session.execute(own)).scalar_one() >= most:
            return False
        head = select(func.coalesce(func.max(log_seals.c.position), 0))
        position = (await self._session.execute(head)).scalar_one()
        row = {
            "id": saved.id,
            "owner": saved.owner,
            "name": saved.name,
            "filter": json_text(dict(saved.filter)),
            "position": position,
            "created_at": instant_text(saved.created_at),
        }
        await self._session.insert(saved_searches, [row])
        begun = upserting(self._session.dialect, matching).values(name=NAME, position=position)
        await self._session.execute(begun.on_conflict_do_nothing())
        return True

    async def rename(self, saved_search: str, owner: str, name: str) -> bool:
        """Whether the owner has it; it bears the name from now on."""
        columns = saved_searches.c
        own = (columns.id == saved_search) & (columns.owner == owner)
        return (
            await self._session.execute(update(saved_searches).where(own).values(name=name))
        ).rowcount == 1

    async def delete(self, saved_search: str, owner: str) -> bool:
        """Whether the owner had it; it is gone with its matches."""
        columns = saved_searches.c
        own = (columns.id == saved_search) & (columns.owner == owner)
        held = select(columns.id).where(own).with_for_update()
        if (await self._session.execute(held)).first() is None:
            return False
        of_it = saved_search_matches.c.saved_search == saved_search
        await self._session.execute(delete(saved_search_matches).where(of_it))
        await self._session.execute(delete(saved_searches).where(own))
        return True

    async def keep_standing(self, standing: Standing) -> None:
        """As what a subject is known from now on."""
        caller = standing.caller
        known = {
            "roles": json_text(sorted(caller.roles)),
            "agency": caller.agency,
            "region": caller.region,
            "seen_at": instant_text(standing.seen_at),
        }
        statement = upserting(self._session.dialect, standings).values(subject=caller.subject, **known)
        kept = statement.on_conflict_do_update(index_elements=[standings.c.subject], set_=known)
        await self._session.execute(kept)

    async def keep_matches(self, matches: Sequence[Match]) -> None:
        """Keeps what searches found; each once. One that was given up meanwhile finds nothing more."""
        ids = sorted({match.saved_search for match in matches})
        held = select(saved_searches.c.id).where(saved_searches.c.id.in_(ids)).order_by(saved_searches.c.id)
        there = set((await self._session.execute(held.with_for_update(read=True))).scalars())
        for match in matches:
            if match.saved_search in there:
                statement = upserting(self._session.dialect, saved_search_matches).values(**_row(match))
                await self._session.execute(statement.on_conflict_do_nothing())

    async def advance(self, since: int, until: int) -> bool:
        """Whether the matching goes on from `until`: not where another process has taken it on from `since`."""
        at = (matching.c.name == NAME) & (matching.c.position == since)
        return (await self._session.execute(update(matching).where(at).values(position=until))).rowcount == 1

    async def forget_matches(self, before: datetime) -> int:
        """How many matches from before that instant were removed."""
        old = saved_search_matches.c.at < instant_text(before)
        return (await self._session.execute(delete(saved_search_matches).where(old))).rowcount


class SavedSearchReader:
    """The part of `ports.Reader` for saved searches."""

    def __init__(self, session: Session) -> None:
        self.session = session

    async def saved_searches(self, owner: str | None = None) -> Sequence[SavedSearch]:
        """The saved searches of an owner, or of all, oldest first."""
        columns = saved_searches.c
        statement = select(saved_searches).order_by(columns.created_at, columns.id)
        if owner is not None:
            statement = statement.where(columns.owner == owner)
        rows = await self.session.execute(statement)
        return [
            SavedSearch(
                row.id, row.owner, row.name, from_json(row.filter), instant(row.created_at), row.position
            )
            for row in rows
        ]

    async def matches(
        self,
        saved_search: str,
        *,
        first: int,
        after: tuple[int, str] | None = None,
        kind: MatchKind | None = None,
    ) -> Sequence[Match]:
        """Up to `first` matches, oldest first, behind the key (position, report)."""
        rows = await self.session.execute(_matches(saved_search, after, kind).limit(first))
        return [_match(row) for row in rows]

    async def met(self, blockages: Sequence[str]) -> frozenset[tuple[str, str]]:
        """Which (saved search, report) of these reports have matched before."""
        columns = saved_search_matches.c
        pairs = select(columns.saved_search, columns.blockage).where(columns.blockage.in_(blockages))
        rows = await self.session.execute(pairs.distinct())
        return frozenset((row.saved_search, row.blockage) for row in rows)

    async def standings(self, subjects: Sequence[str]) -> dict[str, Standing]:
        """As what subjects are known, by subject."""
        rows = await self.session.execute(select(standings).where(standings.c.subject.in_(subjects)))
        return {
            row.subject: Standing(
                Caller(
                    row.subject,
                    frozenset(Role(role) for role in from_json(row.roles)),
                    row.agency,
                    row.region,
                ),
                instant(row.seen_at),
            )
            for row in rows
        }

    async def matched_to(self) -> int | None:
        """The log position up to which saved searches were matched; None while there never was one."""
        statement = select(matching.c.position).where(matching.c.name == NAME)
        position: int | None = (await self.session.execute(statement)).scalar()
        return position


async def forget_matches_of(session: Session, firm_id: str) -> None:
    """Deletes that reports of an entry were found."""
    reports = select(blockages.c.id).where(blockages.c.firm_id == firm_id)
    await session.execute(delete(saved_search_matches).where(saved_search_matches.c.blockage.in_(reports)))


def _matches(saved_search: str, after: tuple[int, str] | None, kind: MatchKind | None) -> Select[Any]:
    columns = saved_search_matches.c
    statement = select(saved_search_matches).where(columns.saved_search == saved_search)
    if after is not None:
        statement = statement.where(tuple_(columns.position, columns.blockage) > after)
    if kind is not None:
        statement = statement.where(columns.kind == kind.value)
    return statement.order_by(columns.position, columns.blockage)


def _match(row: Row[Any]) -> Match:
    return Match(row.saved_search, row.blockage, row.position, MatchKind(row.kind), instant(row.at))


def _row(match: Match) -> dict[str, Any]:
    return {
        "saved_search": match.saved_search,
        "blockage": match.blockage,
        "position": match.position,
        "kind": match.kind.value,
        "at": instant_text(match.at),
    }
