"""Two commands that lock each other out: the database ends one of them, and that one is carried out again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from directory.access import Caller, Operation, Role
from directory.commands import Command, SubmitFirm
from directory.handling import Directory, Handler, Handling, Outcome
from directory.identifiers import new_number
from directory.record.open import SqlRecord, open_record
from tests.commands.front_desk import Desk, a_firm_user
from tests.declarations import raw_enterprise
from tests.factories import NOW, make_firm
from tests.rulebooks import RULEBOOK
from tests.servers.postgresql import Databases

CALLER = Caller("somebody", frozenset({Role.SUPERVISOR}))


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchBoth(Command):
    """Changes two entries, one after the other."""

    first: str
    second: str


@pytest_asyncio.fixture(loop_scope="session")
async def postgres_record(postgres_databases: Databases, postgres_template: str) -> AsyncIterator[SqlRecord]:
    """An empty record of its own."""
    url = postgres_databases.create(postgres_template)
    async with await open_record(url) as opened:
        yield opened
    postgres_databases.drop(url)


@pytest.mark.postgresql
async def test_commands_that_lock_each_other_out_both_come_about(postgres_record: SqlRecord) -> None:
    """Each holds the entry that the other wants next; nobody is told to come back later."""
    one, other = make_firm(), make_firm()
    async with postgres_record.unit_of_work() as uow:
        for firm in (one, other):
            await uow.firms.add(firm, kind="firm:kept", actor="test", at=NOW)
    both_hold_one = asyncio.Barrier(2)
    tries = 0

    async def touch(command: TouchBoth, h: Handling) -> Outcome:
        nonlocal tries
        tries += 1
        first_try = tries <= 2
        for firm_id in (command.first, command.second):
            firm = await h.uow.firms.get(firm_id)
            await h.uow.firms.save(firm, kind="firm:touched", actor=h.actor, at=NOW)
            if first_try and firm_id == command.first:
                await both_hold_one.wait()
        return Outcome(firm=command.first)

    directory = Directory(postgres_record, RULEBOOK, {TouchBoth: Handler(Operation.MERGE_FIRMS, touch)})
    outcomes = await asyncio.gather(
        directory.handle(TouchBoth(first=one.id, second=other.id), CALLER),
        directory.handle(TouchBoth(first=other.id, second=one.id), CALLER),
    )

    assert [outcome.firm for outcome in outcomes] == [one.id, other.id]
    # The one that was ended may meet the other before that has committed, and is tried once more.
    assert tries in (3, 4)
    async with postgres_record.reader() as reader:
        kept = await reader.firms([one.id, other.id])
    assert {firm.version for firm in kept.values()} == {3}


@pytest.mark.parametrize("as_one", [False, True], ids=["alone", "with others"])
async def test_a_number_that_another_has_is_drawn_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, as_one: bool
) -> None:
    """Of millions of entries two may draw the same: nobody is told to try again for that, nor is a whole import refused."""
    caller, other = a_firm_user(), a_firm_user()
    first = await desk.done(SubmitFirm(profile=raw_enterprise()), caller)
    async with desk.record.reader() as reader:
        taken = (await reader.firms([str(first.firm)]))[str(first.firm)].entry_number
    drawn = [taken, taken]
    monkeypatch.setattr(
        "directory.handling.new_number", lambda *given: drawn.pop() if drawn else new_number(*given)
    )
    commands = [SubmitFirm(profile=raw_enterprise()) for _ in range(1 + as_one)]
    if as_one:
        outcomes = await desk.directory.handle_as_one(commands, other)
    else:
        outcomes = [await desk.directory.handle(commands[0], other)]

    assert [outcome.problems for outcome in outcomes] == [()] * len(commands)
    numbers = {(await desk.firm(outcome)).entry_number for outcome in outcomes}
    assert len(numbers - {taken}) == len(commands)
    assert drawn == []
