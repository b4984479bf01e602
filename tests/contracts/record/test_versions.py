"""Lost updates: what was acknowledged is in the final state, whoever else was writing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import Update, bindparam, update

from directory.entities import Firm
from directory.errors import VersionConflict
from directory.record.entity_store import Work
from directory.record.firm_store import FirmStore
from directory.record.open import SqlRecord
from directory.record.tables import firms
from tests.factories import make_firm
from tests.record.steps import CLERK, firm_at, keep

CLIENTS = 6
TRANSITIONS = 100
FEW = 10


class Careless(FirmStore):
    """Writes over whatever is there."""

    def _replacing(self) -> Update:
        version = bindparam("kept_version", type_=firms.c.version.type)
        return update(firms).where(firms.c.id == bindparam("kept_id"), version > 0)

    async def _loaded(self, entity: Firm) -> Firm:
        return entity


async def write(
    record: SqlRecord, firm_id: str, client: int, store: type[FirmStore], transitions: int
) -> list[str]:
    """The names that this client added and was told are kept; each try starts from what it read before."""
    acknowledged = []
    for transition in range(transitions):
        seen = await firm_at(record, firm_id)
        name = f"{client}-{transition}"
        changed = seen.model_copy(update={"former_names": (*seen.former_names, name)})
        try:
            async with record.unit_of_work() as uow:
                work: Work = uow.firms._work
                await store(work, frozenset()).save(changed, kind="firm:renamed", **CLERK)
        except VersionConflict as conflict:
            params: dict[str, Any] = dict(conflict.problems[0].params)
            assert params["current"] > params["expected"] == seen.version
        else:
            acknowledged.append(name)
    return acknowledged


async def written_by_all(
    record: SqlRecord, store: type[FirmStore], transitions: int
) -> tuple[list[str], Firm]:
    """The acknowledged names of all clients, and the entry afterwards."""
    firm = make_firm()
    await keep(record, firm)
    told = await asyncio.gather(
        *(write(record, firm.id, client, store, transitions) for client in range(CLIENTS))
    )
    return [name for names in told for name in names], await firm_at(record, firm.id)


async def test_no_acknowledged_update_is_lost(record: SqlRecord) -> None:
    """Six clients with a hundred transitions each: every acknowledged one is in the final state, no refused one is."""
    acknowledged, firm = await written_by_all(record, FirmStore, TRANSITIONS)
    assert sorted(firm.former_names) == sorted(acknowledged)
    assert firm.version == 1 + len(acknowledged)


async def test_without_the_version_in_the_update_some_are_lost(record: SqlRecord) -> None:
    """The same clients over a store that does not compare versions: this test can see a lost update."""
    acknowledged, firm = await written_by_all(record, Careless, FEW)
    assert len(acknowledged) == CLIENTS * FEW
    assert set(acknowledged) - set(firm.former_names)


@pytest.mark.parametrize("stale_by", [1, 5])
async def test_a_stale_version_is_refused_however_old(record: SqlRecord, stale_by: int) -> None:
    """A form left open for long is refused as one left open for a moment."""
    firm = make_firm()
    await keep(record, firm)
    opened = await firm_at(record, firm.id)
    current = opened
    for step in range(stale_by):
        async with record.unit_of_work() as uow:
            renamed = current.model_copy(update={"former_names": (str(step),)})
            current = await uow.firms.save(renamed, kind="firm:renamed", **CLERK)
    async with record.unit_of_work() as uow:
        with pytest.raises(VersionConflict):
            await uow.firms.save(opened, kind="firm:renamed", **CLERK)
