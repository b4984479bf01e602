"""An export is what its caller sees: the same filter, the same rights, the same entries and reports."""

from __future__ import annotations

from typing import Any

import pytest

from directory.states import EntityType, FirmStatus, Visibility
from schema.exporting import asking
from schema.exporting.formats import COLUMNS
from schema.exporting.words import Listing
from tests.factories import make_firm, make_profile
from tests.journeys.entries import REVIEWER
from tests.journeys.stage import (
    ANALYST,
    ASSISTANT,
    FAR_OFFICER,
    LEADER,
    OPERATOR,
    OTHER_OWNER,
    OWNER,
    PUBLIC,
    SUPERVISOR,
    TRIAGE,
    Person,
    Stage,
)
from tests.record.steps import change
from tests.schema.blockages.corpus import indexed, mixed
from tests.schema.firms.listing import listed
from tests.transfer.exports import export

OFFICIALS = (ANALYST, REVIEWER, FAR_OFFICER, LEADER, TRIAGE, ASSISTANT, SUPERVISOR)
FIRM_FILTERS: list[dict[str, Any]] = [
    {},
    {"text": "直播"},
    {"regions": ["330000"], "entityKinds": ["ENTERPRISE"]},
    {"statuses": ["SUSPENDED", "PENDING", "DELISTED"]},
    {"hasOpenBlockages": True},
    {"listedAt": {"from": "2026-02-01", "to": "2026-02-28"}},
    {"growthQualified": False, "followers": {"min": 10}},
]
REPORT_FILTERS: list[dict[str, Any]] = [
    {},
    {"text": "platform -号"},
    {"text": "诉求", "open": True},
    {"categories": ["platform-fees"], "severities": ["LOW", "HIGH"]},
    {"overdue": True, "regions": ["330100"]},
    {"agencies": ["local-amr@330100"], "reportedAt": {"from": "2026-03-05"}},
]
PAGE = "nodes { id } pageInfo { hasNextPage endCursor }"
SEARCHES = {
    "firms": f"query($f: FirmFilter, $a: String) {{ found: firms(filter: $f, first: 100, after: $a) {{ {PAGE} }} }}",
    "blockages": f"query($f: BlockageFilter, $a: String)"
    f" {{ found: blockages(filter: $f, first: 100, after: $a) {{ {PAGE} }} }}",
}


async def searched(stage: Stage, who: Person, listing: str, wanted: dict[str, Any]) -> set[str]:
    """The ids of everything that the search finds for the caller."""
    ids: set[str] = set()
    after = None
    while True:
        page = (await stage.ask(who, SEARCHES[listing], f=wanted, a=after))["found"]
        ids |= {node["id"] for node in page["nodes"]}
        if not page["pageInfo"]["hasNextPage"]:
            return ids
        after = page["pageInfo"]["endCursor"]


async def reported(stage: Stage, count: int = 30) -> None:
    """A listed firm in Hangzhou with reports of all kinds."""
    firm = make_firm(owner="firm-user")
    await indexed(stage, firm, *mixed(firm, count))


@pytest.mark.parametrize("who", OFFICIALS, ids=lambda who: who.subject)
async def test_exported_entries_are_those_found(stage: Stage, who: Person) -> None:
    """Filter by filter, with entries in the directory that the caller may not see."""
    await listed(stage)

    for wanted in FIRM_FILTERS:
        found = await export(stage, who, "firms.ndjson", {"filter": wanted})
        assert set(found.ids) == await searched(stage, who, "firms", wanted), wanted


@pytest.mark.parametrize("who", OFFICIALS, ids=lambda who: who.subject)
async def test_exported_reports_are_those_found(stage: Stage, who: Person) -> None:
    """Some of them are for agencies only."""
    await reported(stage)

    for wanted in REPORT_FILTERS:
        found = await export(stage, who, "blockages.ndjson", {"filter": wanted})
        assert set(found.ids) == await searched(stage, who, "blockages", wanted), wanted


async def test_the_hidden_is_there_to_be_hidden(stage: Stage) -> None:
    """What the comparisons above compare differs between callers."""
    await listed(stage)
    await reported(stage)

    sizes = {
        listing: len({len((await export(stage, who, f"{listing}.ndjson")).ids) for who in OFFICIALS})
        for listing in ("firms", "blockages")
    }

    assert min(sizes.values()) > 1


@pytest.mark.parametrize("listing", ["firms", "blockages"])
async def test_both_formats_hold_the_same(stage: Stage, listing: str) -> None:
    """In the order of the numbers, each once, over several batches."""
    await listed(stage)
    await reported(stage)

    lines = await export(stage, SUPERVISOR, f"{listing}.ndjson")
    table = await export(stage, SUPERVISOR, f"{listing}.csv")

    assert [row["id"] for row in table.table] == lines.ids
    assert len(set(lines.ids)) == len(lines.ids)
    numbers = [row.get("entryNumber") or row["reference"] for row in lines.rows]
    assert numbers == sorted(numbers)


async def test_a_walk_over_many_batches_is_whole(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each batch begins where the last one ended."""
    monkeypatch.setattr(asking, "AT_ONCE", 7)
    await reported(stage, 50)

    found = await export(stage, SUPERVISOR, "blockages.ndjson")

    assert set(found.ids) == await searched(stage, SUPERVISOR, "blockages", {})
    assert len(found.ids) == 50


@pytest.mark.parametrize("owner", [OWNER, OTHER_OWNER], ids=lambda who: who.subject)
async def test_a_firm_exports_its_own_alone(stage: Stage, owner: Person) -> None:
    """Public entries and reports of others are found by its search, and are not its to carry away."""
    await listed(stage)
    await reported(stage)

    firms = await export(stage, owner, "firms.ndjson")
    reports = await export(stage, owner, "blockages.ndjson")

    assert {row["name"] for row in firms.rows} == (
        {"未列直播", "小鱼手作", "深海数码", "移出直播", "杭州微光直播有限公司"} if owner is OWNER else set()
    )
    assert len(reports.ids) == (32 if owner is OWNER else 0)


@pytest.mark.parametrize("who", [PUBLIC, OPERATOR], ids=lambda who: who.subject)
@pytest.mark.parametrize("listing", ["firms", "blockages"])
async def test_others_export_nothing(stage: Stage, who: Person, listing: str) -> None:
    """The public reads page by page; who operates the servers decides and reads nothing."""
    refused = await export(stage, who, f"{listing}.csv")

    assert (refused.response.status_code, refused.codes) == (403, ["FORBIDDEN"])


REFUSED: list[tuple[Person, Any, int, str]] = [
    (ANALYST, b"{", 400, "BAD_REQUEST"),
    (ANALYST, b"[]", 400, "BAD_REQUEST"),
    (ANALYST, {"filters": {}}, 400, "BAD_REQUEST"),
    (ANALYST, {"filter": 3}, 400, "BAD_USER_INPUT"),
    (ANALYST, {"filter": {"colour": "red"}}, 400, "BAD_USER_INPUT"),
    (ANALYST, {"filter": {"statuses": ["listed"]}}, 400, "BAD_USER_INPUT"),
    (ANALYST, {"filter": {"foundedOn": {"from": "14.7.2020"}}}, 400, "BAD_USER_INPUT"),
    (ANALYST, {"filter": {"monthlyTurnoverCny": {"min": 0.5}}}, 400, "BAD_USER_INPUT"),
    (ANALYST, {"filter": {"forms": ["no-such-form"]}}, 400, "INVALID"),
    (ANALYST, {"filter": {"text": "直" * 20_000}}, 400, "QUERY_TOO_LONG"),
    (ASSISTANT, {"filter": {"monthlyTurnoverCny": {"min": "1"}}}, 403, "FIELD_NOT_ALLOWED"),
]


@pytest.mark.parametrize(("who", "content", "status", "code"), REFUSED)
async def test_a_wrong_filter_is_refused_before_any_row(
    stage: Stage, who: Person, content: Any, status: int, code: str
) -> None:
    """With the code that the search gives, and a sentence in both languages."""
    refused = await export(stage, who, "firms.ndjson", content)

    assert (refused.response.status_code, refused.codes[0]) == (status, code)
    assert set(refused.response.json()["errors"][0]["extensions"]["messages"]) == {"zh", "en"}


@pytest.mark.parametrize("file", ["firms", "firms.xml", "people.csv", "firms.csv.gz", ".csv"])
async def test_what_cannot_be_exported_is_not_there(stage: Stage, file: str) -> None:
    """Nor is another format."""
    assert (await export(stage, ANALYST, file)).response.status_code == 404


async def test_a_bad_token_exports_nothing(stage: Stage) -> None:
    """It is refused, not taken for the public."""
    refused = await export(stage, PUBLIC, "firms.csv", authorization="Bearer x")

    assert (refused.response.status_code, refused.codes) == (401, ["UNAUTHENTICATED"])


async def test_the_file_says_what_it_is(stage: Stage) -> None:
    """Position, instant and licence; nothing on the way may keep it."""
    await listed(stage)

    found = await export(stage, ANALYST, "firms.ndjson")
    table = await export(stage, ANALYST, "firms.csv")

    about = found.lines[0]["snapshot"]
    assert (about["of"], about["position"]) == ("firms", str(found.position))
    assert found.position == await stage.engine.position()
    assert about["retrievedAt"] == stage.clock.now.isoformat() == found.response.headers["x-retrieved-at"]
    assert "不得外传" in about["licence"]
    assert found.response.headers["cache-control"] == "no-store"
    assert f"firms-{found.position}.ndjson" in found.response.headers["content-disposition"]
    assert table.response.content.startswith(b"\xef\xbb\xbf")
    assert tuple(table.cells[0]) == COLUMNS[Listing.FIRMS]


async def test_confidential_figures_are_exported_as_they_are_shown(stage: Stage) -> None:
    """Exact to an analyst, in bands to an association's officer, and contact details to nobody."""
    await listed(stage)
    wanted = {"filter": {"text": "微光直播"}}

    (exact,) = (await export(stage, ANALYST, "firms.csv", wanted)).table
    (banded,) = (await export(stage, ASSISTANT, "firms.csv", wanted)).table
    (row,) = (await export(stage, ASSISTANT, "firms.ndjson", wanted)).rows

    assert exact["monthlyTurnoverCny"] == "88000.50"
    assert banded["monthlyTurnoverCny"] == "50000-100000"
    assert [reading["band"] for reading in row["readings"]] == ["50000-100000"]
    assert "contact" not in row
    assert "owner" not in row


@pytest.mark.parametrize("who", [ANALYST, SUPERVISOR], ids=lambda who: who.subject)
async def test_the_record_decides_where_the_index_is_behind(stage: Stage, who: Person) -> None:
    """An entry delisted and a report made private since they were indexed are not for those without office."""
    firms = await listed(stage)
    await reported(stage, 3)
    async with stage.record.reader() as reader:
        held = await reader.firms([firm.id for firm in firms.values()])
        page = await reader.entity_ids(EntityType.BLOCKAGE)
        reports = await reader.blockages(page)
    delisted = next(firm for firm in held.values() if firm.profile.name == "微光直播")
    await change(stage.record, delisted, status=FirmStatus.DELISTED)
    hidden = next(one for one in reports.values() if one.title.startswith("第"))
    await change(stage.record, hidden, visibility=Visibility.AGENCIES_ONLY)

    entries = await export(stage, who, "firms.ndjson")
    found = await export(stage, who, "blockages.ndjson")

    official = who is SUPERVISOR
    assert (delisted.entry_number in {row["entryNumber"] for row in entries.rows}) is official
    assert (hidden.reference in {row["reference"] for row in found.rows}) is official


async def test_an_entry_merged_away_is_no_row(stage: Stage) -> None:
    """It lives on in another one."""
    away, into = make_firm(), make_firm(profile=make_profile(name="杭州星河直播有限公司"))
    await indexed(stage, into, away)
    async with stage.record.reader() as reader:
        kept = (await reader.firms([away.id]))[away.id]
    await change(stage.record, kept, merged_into=into.id)

    found = await export(stage, SUPERVISOR, "firms.ndjson")

    assert [row["entryNumber"] for row in found.rows] == [into.entry_number]
