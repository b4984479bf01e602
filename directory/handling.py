"""
The one way a command is carried out: permission, first result of a repeated key, handler, commit.

Everything happens in one unit of work. What the caller can correct comes back as problems of the outcome, and nothing
of such a command is kept.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from directory.access import Caller, Operation, may
from directory.commands import Command
from directory.errors import (
    AlreadyExists,
    Forbidden,
    IdempotencyMismatch,
    InvalidInput,
    Problem,
    UserFault,
    VersionConflict,
    WritesClashed,
)
from directory.identifiers import Prefix, new_id, new_number
from directory.ports import BulkWork, Expected, Record, Remembered, UnitOfWork
from directory.rulebook import Rulebook

R = TypeVar("R")
LONGEST_KEY = 128
# Each try ends one of the two that clashed, so the other has gone on meanwhile.
TRIES_AFTER_CLASHES = 3


def _random_id() -> str:
    return new_id(secrets.token_bytes)


def _random_number(prefix: Prefix) -> str:
    return new_number(prefix, secrets.token_bytes)


@dataclass(frozen=True, slots=True)
class Handling:
    """What a handler works with: the unit of work, who asks, when, and the rules' outside knowledge."""

    uow: UnitOfWork
    caller: Caller
    now: datetime
    rulebook: Rulebook
    new_id: Callable[[], str] = _random_id
    new_number: Callable[[Prefix], str] = _random_number

    @property
    def actor(self) -> str:
        """How the log names the caller."""
        return self.caller.subject or "anonymous"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command led to: ids of what it touched, or the problems that kept it from happening."""

    firm: str | None = None
    submission: str | None = None
    blockage: str | None = None
    blocking_point: str | None = None
    saved_search: str | None = None
    webhook: str | None = None
    evidence: str | None = None
    problems: tuple[Problem, ...] = ()


_IDS = ("firm", "submission", "blockage", "blocking_point", "saved_search", "webhook", "evidence")


@dataclass(frozen=True, slots=True)
class Handler:
    """A command's operation in the permission table, and the function that carries it out."""

    operation: Operation
    carry_out: Callable[[Any, Handling], Awaitable[Outcome]]


Handlers = Mapping[type[Command], Handler]


class _TakenBack(Exception):
    """Ends a unit of work so that nothing of it is kept: of a rehearsal, or of one that a command has spoilt."""


class Directory:
    """The command side of the directory. One instance a process; safe for concurrent use."""

    def __init__(
        self,
        record: Record,
        rulebook: Rulebook,
        handlers: Handlers,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        committed: Callable[[], None] = lambda: None,
    ) -> None:
        """`committed` is called after each commit: the doorbell of sealer and indexer, never their only call."""
        self.record = record
        self.rulebook = rulebook
        self._handlers = handlers
        self._clock = clock
        self._committed = committed

    async def handle(self, command: Command, caller: Caller) -> Outcome:
        """Carries `command` out for `caller`. Raises: ServiceFault when the record cannot be written now."""
        try:
            outcome = await self._once(command, caller)
        except AlreadyExists as fault:
            if not _lost_race(fault):
                return Outcome(problems=fault.problems)
            return await self._repeat(command, caller)
        except UserFault as fault:
            return Outcome(problems=fault.problems)
        self._committed()
        return outcome

    async def rehearse(self, command: Command, caller: Caller) -> Outcome:
        """The problems that `handle` would come back with now, if any: the same rules and writes, taken back.

        Raises: ServiceFault when the record cannot be written now.
        """
        try:
            await self._tried(command, caller, keep=False)
        except _TakenBack:
            return Outcome()
        except UserFault as fault:
            return Outcome(problems=fault.problems)
        return Outcome()

    async def handle_all(
        self, commands: Sequence[Command], caller: Caller, expected: Expected
    ) -> Sequence[Outcome]:
        """What `handle` leads to for each, in order, mostly in one unit of work: all are durable when this returns.

        Where one of them cannot be kept with the others, each gets a unit of work of its own.
        Raises: ServiceFault; what was carried out before it stays, and is recalled by its key.
        """
        try:
            outcomes = await self._together(commands, caller, expected)
        except (UserFault, WritesClashed, _TakenBack):
            return [await self.handle(command, caller) for command in commands]
        self._committed()
        return outcomes

    async def handle_as_one(self, commands: Sequence[Command], caller: Caller) -> Sequence[Outcome]:
        """What each leads to, in order, all of them in one unit of work; or, where one has problems, nothing is kept.

        Then the outcomes end with that one; those before it touched nothing.
        Raises: ServiceFault when the record cannot be written now; nothing is kept then either.
        """
        outcomes: list[Outcome] = []

        async def all_of_them() -> None:
            outcomes.clear()
            async with self.record.unit_of_work() as uow:
                handling = self._handling(uow, caller)
                for command in commands:
                    handler, key = self._admitted(command, caller)
                    outcomes.append(await self._carried_out(command, key, handler, handling))

        try:
            await _until_unhindered(all_of_them)
        except UserFault as fault:
            return [*(Outcome() for _ in outcomes), Outcome(problems=fault.problems)]
        self._committed()
        return outcomes

    async def _together(
        self, commands: Sequence[Command], caller: Caller, expected: Expected
    ) -> Sequence[Outcome]:
        outcomes = []
        async with self.record.bulk_work() as uow:
            await uow.foresee(expected, [_random_number(Prefix.ENTRY) for _ in commands], self._clock())
            for command in commands:
                before = uow.written
                try:
                    handler, key = self._admitted(command, caller)
                    handling = self._bulk_handling(uow, caller)
                    outcomes.append(await self._carried_out(command, key, handler, handling))
                except UserFault as fault:
                    if uow.written != before:
                        raise _TakenBack from fault
                    outcomes.append(Outcome(problems=fault.problems))
        return outcomes

    def _handling(self, uow: UnitOfWork, caller: Caller) -> Handling:
        return Handling(
            uow=uow,
            caller=caller,
            now=self._clock(),
            rulebook=self.rulebook,
            new_id=lambda: uow.new_id(_random_id()),
        )

    def _bulk_handling(self, uow: BulkWork, caller: Caller) -> Handling:
        def new_number(prefix: Prefix) -> str:
            return (uow.new_number() if prefix is Prefix.ENTRY else None) or _random_number(prefix)

        return replace(self._handling(uow, caller), new_number=new_number)

    async def _repeat(self, command: Command, caller: Caller) -> Outcome:
        """After losing a race for the same key, the winner's result is there to be recalled."""
        try:
            return await self._once(command, caller)
        except UserFault as fault:
            return Outcome(problems=fault.problems)

    async def _once(self, command: Command, caller: Caller) -> Outcome:
        return await _until_unhindered(lambda: self._tried(command, caller))

    async def _tried(self, command: Command, caller: Caller, *, keep: bool = True) -> Outcome:
        handler, key = self._admitted(command, caller)
        async with self.record.unit_of_work() as uow:
            outcome = await self._carried_out(command, key, handler, self._handling(uow, caller))
            if not keep:
                await uow.finish()
                raise _TakenBack
            return outcome

    def _admitted(self, command: Command, caller: Caller) -> tuple[Handler, str | None]:
        """The command's handler and key. Raises: Forbidden, InvalidInput."""
        handler = self._handlers[type(command)]
        if not may(caller, handler.operation):
            raise Forbidden.at(key="forbidden.role", operation=handler.operation.value)
        return handler, _key(command)

    async def _carried_out(
        self, command: Command, key: str | None, handler: Handler, handling: Handling
    ) -> Outcome:
        if key is not None and (first := await self._recall(command, key, handling)) is not None:
            return first
        outcome = await handler.carry_out(command, handling)
        if key is not None:
            await self._remember(command, key, outcome, handling)
        return outcome

    async def _recall(self, command: Command, key: str, handling: Handling) -> Outcome | None:
        remembered = await handling.uow.replies.recall(handling.actor, key, handling.now)
        if remembered is None:
            return None
        if (remembered.operation, remembered.body_digest) != (type(command).__name__, _digest(command)):
            raise IdempotencyMismatch.at("clientMutationId", key="idempotency.mismatch")
        ids = remembered.outcome
        return Outcome(
            firm=ids["firm"],
            submission=ids["submission"],
            blockage=ids["blockage"],
            # A result from before there were these things has none.
            blocking_point=ids.get("blocking_point"),
            saved_search=ids.get("saved_search"),
            webhook=ids.get("webhook"),
            evidence=ids.get("evidence"),
        )

    async def _remember(self, command: Command, key: str, outcome: Outcome, handling: Handling) -> None:
        ids = {name: getattr(outcome, name) for name in _IDS}
        remembered = Remembered(type(command).__name__, _digest(command), ids)
        await handling.uow.replies.remember(handling.actor, key, remembered, handling.now)


async def _until_unhindered(work: Callable[[], Awaitable[R]]) -> R:
    """What one unit of work leads to; one that the database ended because it clashed with another is done again.

    Again too when it then finds that the other has changed what it read, for both are still at work on the same
    things; and when the number drawn for what it adds is another's.
    """
    clashed = False
    for _ in range(TRIES_AFTER_CLASHES - 1):
        try:
            return await work()
        except WritesClashed:
            clashed = True
        except VersionConflict:
            if not clashed:
                raise
        except AlreadyExists as fault:
            if not _drew_a_taken_number(fault):
                raise
    return await work()


def _key(command: Command) -> str | None:
    key = command.client_mutation_id
    if key is not None and not 0 < len(key) <= LONGEST_KEY:
        raise InvalidInput.at("clientMutationId", key="idempotency.key_length", longest=LONGEST_KEY)
    return key


def _digest(command: Command) -> str:
    body = {**_fields(command), "client_mutation_id": None}
    return hashlib.sha256(
        json.dumps(body, sort_keys=True, default=_plain).encode("utf-8", "backslashreplace")
    ).hexdigest()


def _fields(value: Any) -> dict[str, Any]:
    """The fields of a dataclass that say what it is, as they are: `dataclasses.asdict` copies all that is in them."""
    return {field.name: getattr(value, field.name) for field in fields(value) if field.compare}


def _plain(value: Any) -> Any:
    return _fields(value) if is_dataclass(value) else str(value)


def _drew_a_taken_number(fault: AlreadyExists) -> bool:
    return any(problem.key == "record.number_taken" for problem in fault.problems)


def _lost_race(fault: AlreadyExists) -> bool:
    return any(problem.key == "idempotency.race" for problem in fault.problems)
