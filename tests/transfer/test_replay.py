"""A snapshot and the changes after its position give the live state: nothing missing, nothing twice, nothing left over."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from directory.access import Caller
from directory.states import BlockageStatus, EntityKind, FirmStatus, SubmissionStatus, Visibility
from schema.exporting.snapshot import snapshot
from schema.exporting.words import Listing
from schema.firms.naming import api_json, api_name
from schema.root import context_for
from tests.factories import (
    NOW,
    make_blockage,
    make_firm,
    make_freelancer_profile,
    make_point,
    make_profile,
    make_submission,
)
from tests.journeys.stage import ANALYST, SUPERVISOR, Person, Stage
from tests.record.steps import change, keep, seal
from tests.schema.blockages.corpus import indexed, mixed, taken_up
from tests.transfer.exports import Export, export

FEED = """
query($after: String) { changes(after: $after, first: 100) {
  nodes { position kind gone entityId entityVersion changes { field before after } }
  pageInfo { hasNextPage endCursor } } }
"""
EMPTY: tuple[Any, ...] = (None, [], {}, "")


async def feed(stage: Stage, who: Person, after: int) -> list[dict[str, Any]]:
    """All changes after a position, as the caller sees them."""
    found: list[dict[str, Any]] = []
    place, more = str(after), True
    while more:
        page = (await stage.ask(who, FEED, after=place))["changes"]
        found += page["nodes"]
        place, more = page["pageInfo"]["endCursor"] or place, page["pageInfo"]["hasNextPage"]
    return found


@dataclass
class Copy:
    """A copy of the directory kept by someone who has the files and the feed, and nothing else."""

    stage: Stage
    who: Person
    position: int
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    told_gone: set[str] = field(default_factory=set)

    def load(self, exported: Export) -> None:
        """Takes the rows of a snapshot."""
        self.rows |= {row["id"]: row for row in exported.rows}

    async def follow(self) -> None:
        """Applies what happened since."""
        for one in await feed(self.stage, self.who, self.position):
            await self._apply(one)

    async def _apply(self, one: dict[str, Any]) -> None:
        entity = one["entityId"]
        row = self.rows.get(entity)
        if row is not None and one["entityVersion"] <= row["version"]:
            return
        if one["gone"]:
            self.told_gone.add(entity)
            self.rows.pop(entity, None)
        elif row is None:
            self.rows[entity] = await self._from_the_beginning(entity, int(one["position"]))
        else:
            applied(row, one)

    async def _from_the_beginning(self, entity: str, until: int) -> dict[str, Any]:
        """What came into sight only now is told from its first change on."""
        row: dict[str, Any] = {"id": entity, "version": 0}
        for one in await feed(self.stage, self.who, 0):
            if one["entityId"] == entity and int(one["position"]) <= until:
                applied(row, one)
        return row


def applied(row: dict[str, Any], one: dict[str, Any]) -> None:
    """The row with the change's values."""
    row["version"] = one["entityVersion"]
    for changed in one["changes"]:
        name = api_name(changed["field"].removeprefix("profile."))
        before, after = changed["before"], api_json(changed["after"])
        if before is None and after is None:  # not for these eyes
            continue
        if before is None and isinstance(after, list) and isinstance(row.get(name), list):
            row[name] = row[name] + after
        elif after in EMPTY:
            row.pop(name, None)
        else:
            row[name] = after


async def entries(stage: Stage) -> dict[str, Any]:
    """Entries in all standings, indexed, as the record holds them."""
    made = {
        "renamed": make_firm(former_names=("旧名甲",)),
        "emptied": make_firm(profile=make_profile(name_en="Glimmer", forms=("live-commerce", "short-video"))),
        "person": make_firm(profile=make_freelancer_profile()),
        "delisted": make_firm(),
        "merged": make_firm(),
        "erased": make_firm(profile=make_profile(entity_kind=EntityKind.INDIVIDUAL_BUSINESS)),
        "pending": make_firm(status=FirmStatus.PENDING, owner="someone"),
        "untouched": make_firm(),
    }
    await indexed(stage, *made.values())
    return {name: await held(stage, firm) for name, firm in made.items()}


async def held(stage: Stage, entity: Any) -> Any:
    """The entity as the record has it, with its version."""
    async with stage.record.reader() as reader:
        read = reader.blockages if hasattr(entity, "reference") else reader.firms
        return (await read([entity.id]))[entity.id]


async def a_busy_day(stage: Stage, made: dict[str, Any]) -> None:
    """Everything that can happen to an entry in public eyes."""
    record = stage.record
    renamed = await change(
        record,
        made["renamed"],
        profile=made["renamed"].profile.model_copy(update={"name": "微光新名有限公司"}),
        former_names=("旧名甲", "旧名乙"),
    )
    await change(record, renamed, former_names=("旧名甲", "旧名乙", "旧名丙"), updated_at=NOW)
    bare = made["emptied"].profile.model_copy(update={"name_en": None, "forms": ("live-commerce",)})
    await change(record, made["emptied"], profile=bare)
    told = made["person"].profile.model_copy(update={"summary": "手作。"})
    await change(record, made["person"], profile=told)
    await change(record, made["delisted"], status=FirmStatus.DELISTED, status_reason="不再符合条件。")
    await change(record, made["merged"], merged_into=made["untouched"].id)
    await change(record, made["pending"], status=FirmStatus.LISTED, listed_at=NOW)
    await keep(
        record, make_firm(profile=make_profile(name="新来的有限公司")), make_firm(status=FirmStatus.PENDING)
    )
    async with record.unit_of_work() as uow:
        await uow.erase(made["erased"].id, actor="clerk", at=NOW)


def as_bytes(rows: Iterable[Mapping[str, Any]]) -> list[bytes]:
    """The rows as they could stand in a file, in one order."""
    return sorted(json.dumps(row, sort_keys=True, ensure_ascii=False).encode() for row in rows)


async def test_a_snapshot_and_its_changes_are_the_live_entries(every_stage: Stage) -> None:
    """Renamed, emptied, listed, delisted, merged, erased and new ones: the copy is the next snapshot, byte for byte."""
    stage = every_stage
    made = await entries(stage)
    first = await export(stage, ANALYST, "firms.ndjson")
    copy = Copy(stage, ANALYST, first.position)
    copy.load(first)

    await a_busy_day(stage, made)
    await stage.index()
    await copy.follow()

    live = await export(stage, ANALYST, "firms.ndjson")
    assert as_bytes(copy.rows.values()) == as_bytes(live.rows)
    assert len(copy.told_gone) == 3


class Deaf(Copy):
    """A copy whose keeper believes that nothing ever goes away."""

    async def _apply(self, one: dict[str, Any]) -> None:
        if not one["gone"]:
            await super()._apply(one)


async def test_a_copy_that_keeps_what_is_gone_is_found_out(stage: Stage) -> None:
    """Broken twin: it holds rows that no export has any more."""
    made = await entries(stage)
    first = await export(stage, ANALYST, "firms.ndjson")
    copy = Deaf(stage, ANALYST, first.position)
    copy.load(first)

    await a_busy_day(stage, made)
    await stage.index()
    await copy.follow()

    live = await export(stage, ANALYST, "firms.ndjson")
    assert len(set(as_bytes(copy.rows.values())) - set(as_bytes(live.rows))) == 3


async def test_a_snapshot_and_its_changes_are_the_live_reports(every_stage: Stage) -> None:
    """Moved on, made private, merged into another, and one that came into sight."""
    stage = every_stage
    firm = make_firm()
    made = [
        *mixed(firm, 12),
        taken_up(firm, visibility=Visibility.AGENCIES_ONLY),
        taken_up(firm, title="将转为不公开"),
        taken_up(firm, title="将并案"),
    ]
    await indexed(stage, firm, *made)
    *others, opened, closed, doubled = [await held(stage, one) for one in made]
    first = await export(stage, ANALYST, "blockages.ndjson")
    copy = Copy(stage, ANALYST, first.position)
    copy.load(first)

    await change(
        stage.record, others[0], status=BlockageStatus.ASSIGNED, agency="local-amr@330100", returns=1
    )
    await change(stage.record, opened, visibility=Visibility.PUBLIC)
    await change(stage.record, closed, visibility=Visibility.AGENCIES_ONLY)
    await change(stage.record, doubled, status=BlockageStatus.DUPLICATE, duplicate_of=others[0].id)
    await keep(stage.record, taken_up(firm, title="新报"))
    await stage.index()
    await copy.follow()

    live = await export(stage, ANALYST, "blockages.ndjson")
    assert as_bytes(row for row in copy.rows.values() if "reference" in row) == as_bytes(live.rows)
    assert len(copy.told_gone) == 2


async def test_rows_written_during_the_walk_lose_nothing(stage: Stage) -> None:
    """The position is that of the walk's beginning; changes that a row holds already are not applied twice."""
    made = await entries(stage)
    caller = Caller(ANALYST.subject, frozenset({ANALYST.role}))
    context = context_for(stage.served.services, caller)
    taken = await snapshot(context, Listing.FIRMS)
    await a_busy_day(stage, made)
    await stage.index()
    copy = Copy(stage, ANALYST, taken.position)
    async for batch in taken.rows:
        copy.rows |= {str(row.state["id"]): dict(row.state) for row in batch}

    await copy.follow()

    live = await export(stage, ANALYST, "firms.ndjson")
    assert copy.rows == {row["id"]: row for row in live.rows}


async def test_nothing_is_told_of_what_was_never_public(stage: Stage) -> None:
    """A pending entry that is refused, a private report that is closed, one made private before anyone took it up."""
    firm = make_firm(status=FirmStatus.PENDING, owner="someone")
    private, unread = taken_up(firm, visibility=Visibility.AGENCIES_ONLY), make_blockage(firm_id=firm.id)
    await keep(stage.record, firm, private, unread)
    await change(stage.record, await held(stage, unread), visibility=Visibility.AGENCIES_ONLY)
    await change(stage.record, await held(stage, firm), status=FirmStatus.DELISTED)
    await change(stage.record, await held(stage, private), status=BlockageStatus.DUPLICATE)
    await seal(stage.record)

    assert await feed(stage, ANALYST, 0) == []


async def test_an_end_is_told_without_its_reasons(stage: Stage) -> None:
    """To an analyst only that it is gone; to a supervisor, who still sees the entry, what happened."""
    firm = make_firm()
    await keep(stage.record, firm)
    await change(
        stage.record, await held(stage, firm), status=FirmStatus.DELISTED, status_reason="虚假材料。"
    )
    await seal(stage.record)

    (hidden,) = await feed(stage, ANALYST, 1)
    (told,) = await feed(stage, SUPERVISOR, 1)

    assert (hidden["kind"], hidden["gone"], hidden["changes"]) == ("firm:gone", True, [])
    assert (told["kind"], told["gone"]) == ("entity:changed", False)
    assert hidden["entityId"] == told["entityId"]


async def test_a_submission_is_gone_once_its_notice_is_over(stage: Stage) -> None:
    """Whoever read it under notice hears that it ended, and not how; reviewers, who still see it, hear what happened."""
    firm = make_firm(status=FirmStatus.PENDING)
    noticed = make_submission(firm_id=firm.id, status=SubmissionStatus.PUBLIC_NOTICE)
    await keep(stage.record, firm, noticed)
    await change(stage.record, noticed.model_copy(update={"version": 1}), status=SubmissionStatus.REJECTED)
    await seal(stage.record)

    (hidden,) = await feed(stage, ANALYST, 0)
    told = (await feed(stage, SUPERVISOR, 0))[-1]

    assert (hidden["kind"], hidden["gone"], hidden["changes"]) == ("submission:gone", True, [])
    assert (told["kind"], told["gone"]) == ("entity:changed", False)


async def test_an_erased_submission_is_gone_for_everyone(stage: Stage) -> None:
    """Whoever kept it from its notice takes it away; no more is told than its id."""
    firm = make_firm()
    noticed = make_submission(firm_id=firm.id, status=SubmissionStatus.PUBLIC_NOTICE)
    await keep(stage.record, firm, noticed)
    async with stage.record.unit_of_work() as uow:
        await uow.erase(firm.id, actor="clerk", at=NOW)
    await seal(stage.record)

    ends = {one["entityId"]: one for one in await feed(stage, ANALYST, 0) if one["gone"]}

    assert {one["kind"] for one in ends.values()} == {"firm:gone", "submission:gone"}
    assert all(one["changes"] == [] for one in ends.values())


async def test_a_merged_blocking_point_is_gone(stage: Stage) -> None:
    """It lives on in another, which is told of its own change."""
    source, survivor = make_point(), make_point()
    await keep(stage.record, source, survivor)
    merged = await change(stage.record, source.model_copy(update={"version": 1}), merged_into=survivor.id)
    await change(stage.record, survivor.model_copy(update={"version": 1}), merged_from=(source.reference,))
    await seal(stage.record)

    first, second = await feed(stage, ANALYST, 2)

    assert (first["gone"], first["entityVersion"]) == (True, merged.version)
    assert not second["gone"]


@pytest.mark.parametrize("kind", ["entity:changed", "firm:gone"])
async def test_a_choice_of_kinds_does_not_tell_why_something_is_gone(stage: Stage, kind: str) -> None:
    """Asked kind by kind, the feed would name the one that took the entry away."""
    firm = make_firm()
    await keep(stage.record, firm)
    await change(stage.record, await held(stage, firm), status=FirmStatus.DELISTED)
    await seal(stage.record)

    query = "query($k: [String!]) { changes(kinds: $k) { nodes { position } } }"
    assert (await stage.ask(ANALYST, query, k=[kind]))["changes"]["nodes"] == []
