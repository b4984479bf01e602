"""PostgreSQL that restarts, hangs or kills a connection: commands are refused in time, and work again by themselves."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from directory.errors import RecordUnavailable
from directory.record.engines import Pools
from directory.record.migrate import migrate
from directory.record.open import SqlRecord, open_record
from tests.factories import make_firm
from tests.record.steps import CLERK, firm_at, keep, seal
from tests.servers.postgresql import PostgresServer

pytestmark = pytest.mark.postgresql


async def test_a_server_that_went_away_is_unavailable_until_it_is_back(
    postgres_server: PostgresServer,
) -> None:
    """Killed by SIGKILL: commands and reads are refused; started again, what was acknowledged is there."""
    url = postgres_server.create_database()
    await migrate(url)
    async with await open_record(url, pools=Pools(queue_seconds=1)) as record:
        await keep(record, firm := make_firm())
        await asyncio.to_thread(postgres_server.kill)
        with pytest.raises(RecordUnavailable):
            await keep(record, make_firm())
        with pytest.raises(RecordUnavailable):
            await firm_at(record, firm.id)
        await asyncio.to_thread(postgres_server.start)
        assert (await firm_at(record, firm.id)).id == firm.id
        await keep(record, make_firm())
        # Restarted while nobody asks: connections that were cut are not used, and no caller hears of it.
        await asyncio.to_thread(postgres_server.stop)
        await asyncio.to_thread(postgres_server.start)
        await keep(record, make_firm())
        assert (await firm_at(record, firm.id)).id == firm.id
        assert await seal(record) == 3
    await asyncio.to_thread(postgres_server.databases.drop, url)


async def test_a_lock_that_another_holds_too_long_is_given_up(postgres_record_url: str) -> None:
    """A command that waits for what a hanging one has changed is refused before its caller gives up."""
    async with await open_record(postgres_record_url, pools=Pools(lock_seconds=0.1)) as record:
        await keep(record, firm := make_firm())
        async with record.unit_of_work() as hanging:
            await hanging.firms.held([firm.id])
            with pytest.raises(RecordUnavailable, match="lock timeout"):
                async with record.unit_of_work() as waiting:
                    await waiting.firms.held([firm.id])


async def test_a_connection_cut_in_the_middle_keeps_nothing(postgres_record: SqlRecord) -> None:
    """An administrator ends the backend of a running command: it is refused, and the next one works."""
    firm = make_firm()

    async def cut() -> None:
        async with postgres_record.unit_of_work() as uow, postgres_record.unit_of_work() as other:
            await uow.firms.add(firm, kind="firm:submitted", **CLERK)
            pid = (await uow.firms._work.session.execute(text("SELECT pg_backend_pid()"))).scalar_one()
            await other.firms._work.session.execute(text(f"SELECT pg_terminate_backend({pid}, 5000)"))

    with pytest.raises(RecordUnavailable):
        await cut()
    await keep(postgres_record, firm)


async def test_a_forgotten_transaction_ends_by_itself(postgres_record_url: str) -> None:
    """A command that hangs for ever would hold back the sealer: its transaction is ended, and the log goes on."""
    pools = Pools(idle_in_transaction_seconds=0.2)
    async with await open_record(postgres_record_url, pools=pools) as record:
        hanging, released = asyncio.Event(), asyncio.Event()

        async def hang() -> None:
            async with record.unit_of_work() as uow:
                await uow.firms.add(make_firm(), kind="firm:submitted", **CLERK)
                await uow.session.flush()
                hanging.set()
                await released.wait()

        forgotten = asyncio.create_task(hang())
        await hanging.wait()
        await keep(record, make_firm())
        sealed = asyncio.Event()
        sealing = asyncio.create_task(record.sealer(sealed=lambda _: sealed.set()).run(asyncio.Event()))
        await asyncio.wait_for(sealed.wait(), 30)
        sealing.cancel()
        await asyncio.wait([sealing])
        released.set()
        with pytest.raises(RecordUnavailable):
            await forgotten


async def test_a_statement_that_takes_too_long_is_cut(postgres_record_url: str) -> None:
    """A read that would occupy a connection for minutes is unavailable instead."""
    async with await open_record(postgres_record_url, pools=Pools(statement_seconds=0.1)) as record:
        async with record.reader() as reader:
            with pytest.raises(RecordUnavailable):
                await reader.session.execute(text("SELECT pg_sleep(60)"))
        await keep(record, make_firm())


async def test_two_commands_that_wait_for_each_other_are_untangled(postgres_record: SqlRecord) -> None:
    """A deadlock ends with one command done and the other refused as unavailable, to be tried again."""
    one, two = make_firm(), make_firm()
    await keep(postgres_record, one, two)
    both_began = asyncio.Barrier(2)

    async def change_both(*order: str) -> None:
        async with postgres_record.unit_of_work() as uow:
            for firm_id in order:
                firm = await uow.firms.get(firm_id)
                renamed = firm.model_copy(update={"former_names": order})
                await uow.firms.save(renamed, kind="firm:renamed", **CLERK)
                if firm_id == order[0]:
                    await both_began.wait()

    results = await asyncio.gather(
        change_both(one.id, two.id), change_both(two.id, one.id), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["NoneType", "WritesClashed"]
