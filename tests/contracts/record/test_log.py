"""The log: gapless positions, a chain that verifies, history that folds back to the state, no personal values."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from directory.entities import Firm, load
from directory.errors import AlreadyExists
from directory.facts import replay
from directory.indexing_ports import Touch
from directory.profiles import ContactDetails
from directory.record.connection import transaction
from directory.record.open import SqlRecord
from directory.record.tables import log_entries
from directory.record.verify import verify_log
from directory.states import EntityKind, EntityType, FirmStatus
from tests.factories import make_blockage, make_firm, make_freelancer_profile, make_profile, make_submission
from tests.record.steps import change, firm_at, keep, seal, whole_log


async def test_positions_have_no_gaps_and_follow_commits(record: SqlRecord) -> None:
    """Ten commands, some of them rolled back: positions count the committed ones, from 1."""
    taken = make_firm()
    await keep(record, taken)
    for number in range(9):
        if number % 3 == 0:
            with pytest.raises(AlreadyExists):
                await keep(record, make_firm(), make_firm(profile=taken.profile))
        else:
            await keep(record, make_firm())
    assert await seal(record) == 7
    assert [entry.position for entry in await whole_log(record)] == [1, 2, 3, 4, 5, 6, 7]


async def test_nothing_is_read_before_it_is_sealed(record: SqlRecord) -> None:
    """A committed entry is state at once, and log once it has its position."""
    await keep(record, make_firm())
    async with record.reader() as reader:
        assert (await reader.log_after(0), await reader.head(), await reader.head_at()) == ([], 0, None)
        await seal(record)
        entry = (await reader.log_after(0))[0]
        assert (await reader.head(), await reader.head_at()) == (1, entry.fact.at)


async def test_a_transaction_is_sealed_whole(record: SqlRecord, monkeypatch: pytest.MonkeyPatch) -> None:
    """An import of many entries is never cut by the sealer's batch, so no follower sees a half of it."""
    monkeypatch.setattr("directory.record.sealer.BATCH", 3)
    for size in (2, 5, 1):
        await keep(record, *(make_firm() for _ in range(size)))
    sealer = record.sealer()
    assert [await sealer.seal_once() for _ in range(3)] == [7, 1, 0]


async def test_the_log_is_read_by_kind_entity_and_range(record: SqlRecord) -> None:
    """A follower reads all, a history one entity, an export a range."""
    one, two = make_firm(), make_firm()
    await keep(record, one, two)
    await change(record, await firm_at(record, one.id), status=FirmStatus.SUSPENDED)
    await seal(record)
    async with record.reader() as reader:
        assert [e.position for e in await reader.log_after(0, entity=(EntityType.FIRM, one.id))] == [1, 3]
        assert await reader.log_after(0, entity=(EntityType.BLOCKAGE, one.id)) == []
        assert [e.position for e in await reader.log_after(0, kinds=["entity:changed"])] == [3]
        assert [e.position for e in await reader.log_after(1, until=2)] == [2]
        assert [e.position for e in await reader.log_after(1, limit=1)] == [2]


async def test_the_log_tells_what_it_touches_without_what_changed(record: SqlRecord) -> None:
    """Position, kind and entity, and which entry a report was moved away from: all that the indexer asks."""
    first, second = make_firm(), make_firm()
    report = make_blockage(firm_id=first.id, description='"firm_id" stands in a text')
    await keep(record, first, second, report)
    edited = await change(record, report.model_copy(update={"version": 1}), description='still "firm_id"')
    await change(record, edited, firm_id=second.id)
    await seal(record)
    async with record.reader() as reader:
        touches = await reader.touches_after(1, limit=10)
        assert list(await reader.touches_after(2, limit=2)) == touches[1:3]
        assert await reader.touches_after(5, limit=1) == []
    assert touches == [
        Touch(2, "entity:kept", EntityType.FIRM, second.id),
        Touch(3, "entity:kept", EntityType.BLOCKAGE, report.id),
        Touch(4, "entity:changed", EntityType.BLOCKAGE, report.id),
        Touch(5, "entity:changed", EntityType.BLOCKAGE, report.id, left=first.id),
    ]


async def test_folding_the_log_gives_the_state_at_each_position(record: SqlRecord) -> None:
    """The state of an entry at any version is the fold of its changes so far."""
    firm = make_firm(profile=make_freelancer_profile())
    await keep(record, firm)
    states = [await firm_at(record, firm.id)]
    for changes in (
        {"former_names": ("旧名",)},
        {"former_names": ("旧名", "更旧的名"), "status": FirmStatus.SUSPENDED},
        {"former_names": (), "status_reason": "改名"},
        {"profile": make_profile(name="新名")},
    ):
        await change(record, states[-1], **changes)
        states.append(await firm_at(record, firm.id))
    await seal(record)

    folded: dict[str, Any] = {}
    for entry, state in zip(await whole_log(record), states, strict=True):
        folded = replay(folded, entry.fact.changes)
        assert load(Firm, firm.id, entry.fact.entity_version, folded) == state


async def test_personal_values_are_not_in_the_log(record: SqlRecord) -> None:
    """Name and account of a freelancer, texts of a report: the stored entries hold commitments in their place."""
    firm = make_firm(profile=make_freelancer_profile(name="欧阳娜娜"))
    report = make_blockage(firm_id=firm.id, description="我的电话一三八")
    await keep(record, firm, report, make_submission(firm_id=firm.id, profile=firm.profile))
    async with record.reader() as reader:
        stored = (await reader.session.execute(log_entries.select())).all()
    payloads = " ".join(row.payload for row in stored)
    account = firm.profile.platforms[0].account_name
    assert [value for value in ("欧阳娜娜", account, "我的电话一三八") if value in payloads] == []
    await seal(record)
    names = [c.after for e in await whole_log(record) for c in e.fact.changes if c.field == "profile.name"]
    assert names == ["欧阳娜娜", "欧阳娜娜"]


async def test_a_name_stays_personal_when_its_bearer_becomes_a_company(record: SqlRecord) -> None:
    """The change from freelancer to enterprise logs neither the old name nor, in the same entry, the new one."""
    firm = make_firm(profile=make_freelancer_profile(name="欧阳娜娜"))
    await keep(record, firm)
    await change(record, await firm_at(record, firm.id), profile=make_profile(name="娜娜公司"))
    await seal(record)
    changed = next(c for c in (await whole_log(record))[-1].fact.changes if c.field == "profile.name")
    assert (changed.personal, changed.before, changed.after) == (True, "欧阳娜娜", "娜娜公司")


async def test_the_names_of_enterprises_are_public(record: SqlRecord) -> None:
    """A company's name is no personal value."""
    firm = make_firm()
    await keep(record, firm)
    await seal(record)
    changes = (await whole_log(record))[0].fact.changes
    assert firm.profile.entity_kind is EntityKind.ENTERPRISE
    assert not any(each.personal for each in changes)


async def test_contacts_are_kept_apart(record: SqlRecord) -> None:
    """The entry holds a reference and a commitment; the details are read by reference."""
    firm = make_firm()
    await keep(record, firm)
    async with record.unit_of_work() as uow:
        sealed = await uow.contacts.put(firm.id, ContactDetails(person="王小明", phone="13800000000"))
        again = await uow.contacts.put(firm.id, ContactDetails(person="王小明", phone="13800000000"))
        found = await uow.contacts.get(sealed.ref)
    assert found is not None
    assert (found.firm_id, found.person, found.phone, found.email) == (firm.id, "王小明", "13800000000", None)
    assert sealed.commitment != again.commitment
    async with record.reader() as reader:
        assert set(await reader.contacts([sealed.ref, "nothing"])) == {sealed.ref}


@pytest.mark.parametrize("table", ["log_entries", "log_seals"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET {column} = {column}",
        "DELETE FROM {table}",
        "{replace} INTO {table} SELECT * FROM {table}",
    ],
)
async def test_the_log_takes_no_change(record: SqlRecord, table: str, statement: str) -> None:
    """Neither update nor delete nor replacement of what was logged, whoever tries it over SQL."""
    await keep(record, make_firm())
    await seal(record)
    column = "payload" if table == "log_entries" else "digest"
    async with record.unit_of_work() as uow:
        session = uow.firms._work.session
        replace = "REPLACE" if session.dialect == "sqlite" else "INSERT"
        with pytest.raises(IntegrityError, match=r"append-only|duplicate key"):
            await session.execute(text(statement.format(table=table, column=column, replace=replace)))
        if session.dialect == "postgresql":
            await session._connection.rollback()
    async with record.reader() as reader:
        assert await verify_log(reader) is None


@pytest.mark.postgresql
async def test_the_log_is_not_truncated(postgres_record: SqlRecord) -> None:
    """TRUNCATE, which no row trigger sees, is refused as well."""
    for tables in ("log_seals", "log_entries CASCADE"):
        async with transaction(postgres_record._writer) as session:
            with pytest.raises(IntegrityError, match="append-only"):
                await session.execute(text(f"TRUNCATE {tables}"))
            await session._connection.rollback()


async def test_the_sealer_seals_when_rung_and_without_a_ring(record: SqlRecord) -> None:
    """The doorbell makes it quick, polling makes it certain."""
    sealed = asyncio.Event()
    doorbell = asyncio.Event()
    sealer = record.sealer(sealed=lambda head: sealed.set())

    async def heard(poll_seconds: float, ring: bool) -> None:
        running = asyncio.create_task(sealer.run(doorbell, poll_seconds=poll_seconds))
        await keep(record, make_firm())
        if ring:
            doorbell.set()
        await asyncio.wait_for(sealed.wait(), 30)
        running.cancel()
        await asyncio.wait([running])
        sealed.clear()

    await heard(poll_seconds=3600, ring=True)
    await heard(poll_seconds=0.01, ring=False)
    assert await record.leases.holder("sealer") is None
