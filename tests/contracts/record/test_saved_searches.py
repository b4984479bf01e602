"""Saved searches on each kind of database: what is kept of them, of their owners and of what they found."""

from __future__ import annotations

from datetime import timedelta

from directory.access import Caller, Role
from directory.record.open import SqlRecord
from directory.saved_searches import Match, MatchKind, SavedSearch, Standing
from tests.factories import NOW, make_blockage, make_firm
from tests.record.steps import keep, seal

OFFICER = Caller(
    "officer", frozenset({Role.AGENCY, Role.SUPERVISOR}), agency="local-culture@330100", region="330100"
)


async def saved_in(record: SqlRecord, id_: str = "s1", owner: str = "officer") -> SavedSearch:
    """A search just kept."""
    saved = SavedSearch(id_, owner, "分成", {"open": True}, NOW)
    async with record.unit_of_work() as uow:
        assert await uow.saved_searches.add(saved, 20)
    return saved


async def test_a_standing_is_kept_whole(record: SqlRecord) -> None:
    """Roles, agency and region; the newest replaces what was known."""
    for caller in (Caller("officer", frozenset({Role.ANALYST})), OFFICER):
        async with record.unit_of_work() as uow:
            await uow.saved_searches.keep_standing(Standing(caller, NOW))
    async with record.reader() as reader:
        assert await reader.standings(["officer", "nobody"]) == {"officer": Standing(OFFICER, NOW)}


async def test_the_first_search_begins_the_matching_where_the_log_stands(record: SqlRecord) -> None:
    """What was there before is nobody's match."""
    async with record.reader() as reader:
        assert await reader.matched_to() is None
    await keep(record, make_firm())
    sealed = await seal(record)
    await saved_in(record)
    async with record.reader() as reader:
        assert await reader.matched_to() == sealed
        assert [each.position for each in await reader.saved_searches("officer")] == [sealed]


async def test_a_position_is_left_once(record: SqlRecord) -> None:
    """Whoever comes second from the same position is told so."""
    await saved_in(record)
    async with record.unit_of_work() as uow:
        assert await uow.saved_searches.advance(0, 5)
        assert not await uow.saved_searches.advance(0, 5)


async def test_a_match_is_kept_once_and_goes_with_its_search_or_with_time(record: SqlRecord) -> None:
    """Told again it is the same match; of a search that was given up nothing is kept."""
    firm = make_firm()
    report = make_blockage(firm_id=firm.id)
    await keep(record, firm, report)
    match = Match("s1", report.id, 7, MatchKind.NEW, NOW)
    later = Match("s1", report.id, 9, MatchKind.CHANGED, NOW + timedelta(days=1))
    await saved_in(record)
    for _ in range(2):
        async with record.unit_of_work() as uow:
            await uow.saved_searches.keep_matches(
                [match, later, Match("gone", report.id, 7, match.kind, NOW)]
            )
    async with record.reader() as reader:
        assert await reader.matches("s1", first=5) == [match, later]
        assert await reader.matches("s1", first=5, after=(7, report.id)) == [later]
        assert await reader.matches("s1", first=5, kind=MatchKind.NEW) == [match]
        assert await reader.met([report.id]) == {("s1", report.id)}

    async with record.unit_of_work() as uow:
        assert await uow.saved_searches.forget_matches(later.at) == 1
        assert not await uow.saved_searches.delete("s1", "stranger")
        assert await uow.saved_searches.delete("s1", "officer")
    async with record.reader() as reader:
        assert await reader.saved_searches() == []
        assert await reader.matches("s1", first=5) == []
