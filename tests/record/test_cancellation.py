"""Cancellation: a client that hangs up leaves whole commands or none, and a record that works."""

from __future__ import annotations

import asyncio
import types
from collections.abc import Coroutine, Generator
from typing import Any

from sqlalchemy import func, select

from directory.record.connection import settled
from directory.record.open import SqlRecord
from directory.record.tables import firms, log_entries, log_pending
from directory.states import FirmStatus
from tests.factories import make_firm
from tests.record.steps import CLERK, keep


async def register(record: SqlRecord) -> None:
    """A command of two writes."""
    async with record.unit_of_work() as uow:
        firm = await uow.firms.add(make_firm(), kind="firm:submitted", **CLERK)
        listed = firm.model_copy(update={"status": FirmStatus.SUSPENDED})
        await uow.firms.save(listed, kind="firm:suspended", **CLERK)


@types.coroutine
def cancelled_at(awaits: int, work: Coroutine[Any, Any, None]) -> Generator[Any, Any, None]:
    """Carries out `work` in this task, which is cancelled as it begins to wait for the n-th time."""
    sent: Any = None
    count = 0
    send, throw = work.send, work.throw
    while True:
        try:
            waited_for = send(sent)
        except StopIteration:
            return
        if count == awaits:
            task = asyncio.current_task()
            assert task is not None
            task.cancel()
        count += 1
        while True:
            try:
                sent = yield waited_for
                break
            except BaseException as error:
                try:
                    waited_for = throw(error)
                except StopIteration:
                    return


async def survives(awaits: int, record: SqlRecord) -> bool:
    """Whether the command came to its end although its task was cancelled at that point, or because it never was."""

    async def work() -> None:
        await cancelled_at(awaits, register(record))

    task = asyncio.create_task(work())
    await asyncio.wait([task])
    if task.cancelled():
        return False
    task.result()
    return True


async def counted(record: SqlRecord) -> tuple[int, int, int]:
    """Entries, log entries, and those waiting for the sealer."""
    async with record.reader() as reader:
        tables = (firms, log_entries, log_pending)
        counts = [
            (await reader.session.execute(select(func.count()).select_from(table))).scalar_one()
            for table in tables
        ]
    return counts[0], counts[1], counts[2]


async def test_a_cancellation_is_heard_even_when_the_work_fails() -> None:
    """Twice cancelled while its work goes on and then fails: the work is not cut short, and the task ends cancelled."""
    begun, go_on = asyncio.Event(), asyncio.Event()
    ended = []

    async def work() -> None:
        begun.set()
        await go_on.wait()
        ended.append(True)
        raise OSError("the disk is gone")

    task = asyncio.create_task(settled(work()))
    await begun.wait()
    for _ in range(2):
        task.cancel()
        await asyncio.sleep(0)
    assert not task.done()
    go_on.set()
    await asyncio.wait([task])
    assert (ended, task.cancelled()) == ([True], True)


async def test_a_command_cancelled_at_any_point_is_whole_or_absent(record: SqlRecord) -> None:
    """Cancelled at each wait in turn until one run is never reached: state and log always agree, and writing goes on."""
    points = 0
    while not await survives(points, record):
        entries, logged, waiting = await counted(record)
        assert (logged, waiting) == (2 * entries, 2 * entries)
        points += 1
    assert points > 5
    await keep(record, make_firm())
