"""Saved searches (订阅检索): what they find is told once, apart for additions and updates, and only to who may read it."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from typing import Any

from directory.access import Role
from newgrowth import matching
from newgrowth.matching import match_once
from tests.journeys.reports import Report, Reports, on
from tests.journeys.stage import LEAD, LEADER, OWNER, PUBLIC, SUPERVISOR, TRIAGE, Person

SAVE = """mutation($input: SaveSearchInput!) { saveSearch(input: $input) { savedSearch { id name filter }
    errors { code path message message_zh: message(language: ZH) } } }"""
SEARCHES = """query($after: String, $first: Int = 20, $kind: MatchKind) { viewer { savedSearches { id name filter
    newMatches(after: $after, first: $first, kind: $kind) { nodes { reference } totalCount
    pageInfo { hasNextPage endCursor } } } } }"""
NOTICES = "{ viewer { notices { nodes { rule message(language: EN) } } } }"
ESTIMATE = (
    "query($filter: BlockageFilter!) { savedSearchEstimate(filter: $filter) { hitsPerDay windowDays } }"
)
SPLIT = {"categories": ["revenue-split"]}


async def save(reports: Reports, who: Person, name: str = "分成", **wanted: Any) -> dict[str, Any]:
    """The payload of saving a search."""
    given = {"name": name, "filter": wanted or SPLIT}
    payload: dict[str, Any] = (await reports.stage.ask(who, SAVE, input=given))["saveSearch"]
    return payload


async def reported(reports: Reports, **changes: Any) -> Report:
    """A report unlike those before, which would be taken for the same one."""
    words = "".join(random.sample("平台分成结算合同主播机构工时保险税费流量封号申诉版权广告仓储", 12))
    return await reports.reported(
        title=f"{words}没有标准", description=f"{words}，没有标准可依。" * 3, **changes
    )


async def assigned(reports: Reports) -> Report:
    """A report for agencies' eyes alone, in the hands of its agency."""
    triaged = on(await reported(reports, visibility="AGENCIES_ONLY"), accept=True)
    report = await reports.does(TRIAGE, "triageBlockage", **triaged)
    return await reports.does(SUPERVISOR, "assignBlockage", **on(report, agency=LEAD))


async def match(reports: Reports) -> int:
    """How many matches everything done so far leads to."""
    await reports.stage.index()
    count = 0
    while (matched := await match_once(reports.stage.served.services)) is not None:
        count += matched
    return count


async def matches(reports: Reports, who: Person, **wanted: Any) -> list[str]:
    """The numbers of the reports that the caller's only saved search found."""
    (search,) = (await reports.stage.ask(who, SEARCHES, **wanted))["viewer"]["savedSearches"]
    return [each["reference"] for each in search["newMatches"]["nodes"]]


async def rules(reports: Reports, who: Person) -> list[str]:
    """What the inbox says of saved searches."""
    nodes = (await reports.stage.ask(who, NOTICES))["viewer"]["notices"]["nodes"]
    return [each["rule"] for each in nodes if each["rule"].startswith("notice.search")]


async def test_a_search_is_kept_as_it_was_asked_for(reports: Reports) -> None:
    """The filter comes back in the API's own words; another caller has none of it."""
    wanted = {"statuses": ["REPORTED"], "reportedAt": {"from": "2026-01-01"}, "text": "分成", "open": True}
    payload = await save(reports, SUPERVISOR, "  新上报 ", **wanted)

    assert payload["errors"] == []
    assert payload["savedSearch"]["name"] == "新上报"
    assert payload["savedSearch"]["filter"] == wanted
    assert len((await reports.stage.ask(SUPERVISOR, SEARCHES))["viewer"]["savedSearches"]) == 1
    for who in (LEADER, PUBLIC):
        assert (await reports.stage.ask(who, SEARCHES))["viewer"]["savedSearches"] == []
    node = "query($id: ID!) { node(id: $id) { id } }"
    assert (await reports.stage.ask(LEADER, node, id=payload["savedSearch"]["id"]))["node"] is None


async def test_each_match_is_told_once_and_updates_apart_from_additions(reports: Reports) -> None:
    """What was there before is no match; what came is one, and one more for each change; a replay adds nothing."""
    await reported(reports)
    await reports.stage.index()
    await save(reports, SUPERVISOR)
    assert await match(reports) == 0

    report = await reported(reports)
    await reported(reports, category="platform-fees")
    assert await match(reports) == 1
    assert await match(reports) == 0
    assert await matches(reports, SUPERVISOR) == [report["reference"]]
    assert await rules(reports, SUPERVISOR) == ["notice.search.new"]

    await reports.does(TRIAGE, "triageBlockage", **on(report, accept=True))
    assert await match(reports) == 1
    assert await matches(reports, SUPERVISOR, kind="NEW") == [report["reference"]]
    assert await matches(reports, SUPERVISOR, kind="CHANGED") == [report["reference"]]
    assert await rules(reports, SUPERVISOR) == ["notice.search.changed", "notice.search.new"]


async def test_the_end_of_a_page_is_where_to_go_on(reports: Reports) -> None:
    """Oldest first; a cursor kept today leads to what comes tomorrow."""
    await save(reports, SUPERVISOR)
    numbers = [(await reported(reports))["reference"] for _ in range(3)]
    await match(reports)

    (search,) = (await reports.stage.ask(SUPERVISOR, SEARCHES, first=2))["viewer"]["savedSearches"]
    page = search["newMatches"]
    assert [each["reference"] for each in page["nodes"]] == numbers[:2]
    assert page["totalCount"] == 3
    assert page["pageInfo"]["hasNextPage"]
    later = await reported(reports)
    await match(reports)
    after = page["pageInfo"]["endCursor"]
    assert await matches(reports, SUPERVISOR, after=after) == [numbers[2], later["reference"]]


async def test_nothing_is_matched_before_the_index_has_it(reports: Reports) -> None:
    """Matching waits behind the index instead of passing over what is not there yet."""
    await save(reports, SUPERVISOR)
    await reported(reports)
    await reports.stage.served.sealer.seal_once()

    assert await match_once(reports.stage.served.services) is None
    assert await match(reports) == 1


async def test_two_matchers_tell_each_match_once(reports: Reports) -> None:
    """Both go on from the same position; one is taken back."""
    await save(reports, SUPERVISOR)
    await reported(reports)
    await reports.stage.index()

    services = reports.stage.served.services
    done = await asyncio.gather(match_once(services), match_once(services))

    assert sorted(each or 0 for each in done) == [0, 1]
    assert len(await matches(reports, SUPERVISOR)) == 1
    assert await rules(reports, SUPERVISOR) == ["notice.search.new"]


async def test_an_owner_who_lost_the_role_is_told_of_nothing_more(reports: Reports) -> None:
    """Matched as the owner is known at that time; read as the caller is now."""
    await save(reports, LEADER)
    first = await assigned(reports)
    assert await match(reports) == 1
    assert await matches(reports, LEADER) == [first["reference"]]

    reports.stage.tokens.pop(LEADER.subject)
    left = Person(LEADER.subject, Role.ANALYST)
    assert await matches(reports, left) == []
    await assigned(reports)
    assert await match(reports) == 0


async def test_an_owner_who_stays_away_is_told_of_nothing_more(reports: Reports) -> None:
    """After thirty days nobody knows whether the owner still holds the role; coming by starts it again."""
    await save(reports, SUPERVISOR)
    reports.stage.at("2026-04-01 10:01")
    await reported(reports)
    assert await match(reports) == 0

    assert await matches(reports, SUPERVISOR) == []
    later = await reported(reports)
    assert await match(reports) == 1
    assert await matches(reports, SUPERVISOR) == [later["reference"]]


async def test_a_search_that_finds_too_much_is_refused_with_the_number(reports: Reports) -> None:
    """Fourteen reports in four weeks are half a report a day."""
    for _ in range(14):
        await reported(reports)
    await reports.stage.index()
    estimate = (await reports.stage.ask(SUPERVISOR, ESTIMATE, filter=SPLIT))["savedSearchEstimate"]
    assert estimate == {"hitsPerDay": 0.5, "windowDays": 28}

    directory = reports.stage.directory
    rulebook = directory.rulebook
    directory.rulebook = replace(rulebook, limits=replace(rulebook.limits, hits_per_day=0))
    (error,) = (await save(reports, SUPERVISOR))["errors"]
    assert (error["code"], error["path"]) == ("LIMIT_EXCEEDED", ["input", "filter"])
    assert "0.5" in error["message"]
    assert "0.5" in error["message_zh"]


async def test_a_wrong_filter_is_refused_with_its_place(reports: Reports) -> None:
    """As in any search, but as a problem of the command."""
    (error,) = (await save(reports, SUPERVISOR, regions=["xx"]))["errors"]
    assert (error["code"], error["path"]) == ("INVALID", ["input", "filter", "regions", "0"])


async def test_an_owner_keeps_so_many_searches_and_no_more(reports: Reports) -> None:
    """Until one is given up."""
    directory = reports.stage.directory
    directory.rulebook = replace(
        directory.rulebook, limits=replace(directory.rulebook.limits, saved_searches=1)
    )
    saved = (await save(reports, SUPERVISOR))["savedSearch"]
    assert [each["code"] for each in (await save(reports, SUPERVISOR))["errors"]] == ["LIMIT_EXCEEDED"]

    await reported(reports)
    await match(reports)
    delete = """mutation($input: DeleteSavedSearchInput!) { deleteSavedSearch(input: $input) { errors { code } } }"""
    given = {"savedSearch": saved["id"]}
    refused = await reports.stage.ask(LEADER, delete, input=given)
    assert [each["code"] for each in refused["deleteSavedSearch"]["errors"]] == ["NOT_FOUND"]
    assert (await reports.stage.ask(SUPERVISOR, delete, input=given))["deleteSavedSearch"]["errors"] == []
    assert (await save(reports, SUPERVISOR))["errors"] == []


async def test_a_saved_search_takes_another_name(reports: Reports) -> None:
    """Its filter stays."""
    saved = (await save(reports, SUPERVISOR))["savedSearch"]
    rename = """mutation($input: RenameSavedSearchInput!) { renameSavedSearch(input: $input) { savedSearch { name filter } } }"""
    renamed = await reports.stage.ask(SUPERVISOR, rename, input={"savedSearch": saved["id"], "name": "新名"})
    assert renamed["renameSavedSearch"]["savedSearch"] == {"name": "新名", "filter": SPLIT}


async def test_the_public_keeps_no_searches(reports: Reports) -> None:
    """There is nobody to tell."""
    assert [each["code"] for each in (await save(reports, PUBLIC))["errors"]] == ["FORBIDDEN"]
    assert (await reports.stage.answer(PUBLIC, ESTIMATE, filter=SPLIT)).codes == ["FORBIDDEN"]


async def test_long_logs_are_matched_in_batches(reports: Reports, monkeypatch: Any) -> None:
    """Each batch once, whatever its size."""
    monkeypatch.setattr(matching, "BATCH", 2)
    await save(reports, OWNER)
    for _ in range(5):
        await reported(reports)
    assert await match(reports) == 5


async def test_what_searches_found_goes_with_an_erased_entry(reports: Reports) -> None:
    """No match and no notice is left of it."""
    await save(reports, SUPERVISOR)
    await reported(reports)
    await match(reports)
    record = reports.stage.record
    async with record.reader() as reader:
        (search,) = await reader.saved_searches()
        (found,) = await reader.matches(search.id, first=2)
        firm = (await reader.blockages([found.blockage]))[found.blockage].firm_id
    async with record.unit_of_work() as uow:
        await uow.erase(firm, actor="operator", at=reports.stage.clock())

    async with record.reader() as reader:
        assert await reader.matches(search.id, first=2) == []
    assert await rules(reports, SUPERVISOR) == []
    assert await match(reports) == 0
