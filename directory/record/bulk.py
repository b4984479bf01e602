"""
Many commands in one transaction: what they will ask is read at once, what they add is written at once, at the end.

The commands are the same, and so is what they lead to. What was read beforehand follows what the commands add; a change
of an entry makes it void, and from then on everything is read when it is asked for.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from directory.duplicates import Identity
from directory.entities import Firm
from directory.facts import Json
from directory.identities import described
from directory.ports import Expected, Remembered
from directory.record import selects
from directory.record.columns import held_accounts, is_live
from directory.record.connection import Connections, Session, working
from directory.record.entity_store import Work
from directory.record.firm_store import FirmStore
from directory.record.personal import begun
from directory.record.reply_store import ReplyStore
from directory.record.rows import write_rows
from directory.record.tables import firm_accounts, firms, metadata, replies
from directory.record.unit_of_work import SqlUnitOfWork

MOST_SHARING = 200


class DeferringSession(Session):
    """Keeps rows to be inserted until something is read or the transaction ends."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection)
        self._later: dict[Table, list[dict[str, Any]]] = {}
        self.drawn: set[str] = set()
        # In an index they then lie beside each other, on few pages to be written, and 90 bits of each stay its own.
        self.beginning = secrets.token_hex(4)

    async def execute(self, statement: Executable, rows: Sequence[dict[str, Any]] | None = None) -> Any:
        """As `Session.execute`; it sees every row inserted before."""
        await self.flush()
        return await super().execute(statement, rows)

    async def insert(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        """Takes the rows, to be written before anything is read."""
        self.written += len(rows)
        self._later.setdefault(table, []).extend(rows)

    async def insert_numbered(self, table: Table, rows: Sequence[dict[str, Any]]) -> Sequence[int]:
        """As `Session.insert_numbered`."""
        if self.dialect != "sqlite":
            return await super().insert_numbered(table, rows)
        # Nobody else writes meanwhile, so the numbers follow each other.
        self.written += len(rows)
        await self._write(table, rows)
        (last,) = await super().execute(select(func.max(table.c.id)))
        return range(last[0] - len(rows) + 1, last[0] + 1)

    async def flush(self) -> None:
        """Writes the rows taken, a statement a table, those first that others refer to."""
        later, self._later = self._later, {}
        for table in metadata.sorted_tables if later else ():
            if rows := later.get(table):
                await self._write(table, rows)

    async def _write(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        # Counted when they were taken.
        await self._in_turn(lambda: write_rows(self._connection, table, rows), writes=False)

    def is_new(self, entity_id: str) -> bool:
        """Whether the id was drawn for this transaction."""
        return entity_id in self.drawn


class ForeseenFirms(FirmStore):
    """Entries, those expected read beforehand."""

    def __init__(self, work: Work, places: frozenset[str]) -> None:
        super().__init__(work, places)
        self._usccs: dict[str, Firm | None] = {}
        self._accounts: dict[str, Firm | None] = {}
        self._holders: dict[str, set[str]] = {}
        self._expected_keys: frozenset[str] = frozenset()
        self._told_apart_by: frozenset[str] = frozenset()
        self._identities: dict[str, Identity] = {}
        self._free_numbers: set[str] = set()

    async def foresee(self, expected: Expected, numbers: Sequence[str]) -> Sequence[str]:
        """Reads what is expected; the result are those of `numbers` that are free."""
        session = self._work.session
        self._usccs = dict.fromkeys(expected.usccs)
        self._accounts = dict.fromkeys(expected.accounts)
        held = select(firms.c.uscc).where(firms.c.uscc.in_(sorted(expected.usccs))).distinct()
        for uscc in (await session.execute(held)).scalars().all() if expected.usccs else ():
            self._usccs[uscc] = await super().by_uscc(uscc)
        holders = select(firm_accounts).where(firm_accounts.c.account_key.in_(sorted(expected.accounts)))
        for row in (await session.execute(holders)).all() if expected.accounts else ():
            self._accounts[row.account_key] = await super().by_account(row.account_key)
        await self._foresee_keys(expected.keys)
        taken = await session.execute(select(firms.c.entry_number).where(firms.c.entry_number.in_(numbers)))
        self._free_numbers = set(numbers).difference(taken.scalars())
        return sorted(self._free_numbers)

    async def _foresee_keys(self, groups: Sequence[frozenset[str]]) -> None:
        keys = frozenset[str]().union(*groups)
        counts = await selects.holder_counts(self._work.session, keys) if keys else {}
        common = {key for key, count in counts.items() if count > selects.COMMONEST_KEY}
        found = await selects.key_holders(self._work.session, sorted(counts.keys() - common))
        # A key that is too common stays so: commands of this kind only add.
        self._expected_keys, self._told_apart_by = keys, keys - common
        self._holders = {key: set(firm_ids) for key, firm_ids in found.items()}
        met = {firm_id for group in groups for firm_id in self._ranked(group)}
        self._identities = dict(await selects.identities(self._work.session, sorted(met)))

    async def by_uscc(self, uscc: str) -> Firm | None:
        """The live entry with this normalised USCC, following merges."""
        return self._usccs[uscc] if uscc in self._usccs else await super().by_uscc(uscc)

    async def by_account(self, account_key: str) -> Firm | None:
        """The live freelancer entry with this normalised account key."""
        known = self._accounts
        return known[account_key] if account_key in known else await super().by_account(account_key)

    async def by_entry_number(self, entry_number: str) -> Firm | None:
        """The entry with this canonical number, following merges to the survivor."""
        return None if entry_number in self._free_numbers else await super().by_entry_number(entry_number)

    async def sharing_keys(self, keys: frozenset[str], limit: int = MOST_SHARING) -> Sequence[Firm]:
        """Entries that share a blocking key, rarest keys first, merged ones left out."""
        if not keys <= self._expected_keys:
            return await super().sharing_keys(keys, limit)
        ranked = self._ranked(keys, limit)
        if missing := [firm_id for firm_id in ranked if firm_id not in self._seen]:
            await self.find(missing)
        return [self._seen[firm_id] for firm_id in ranked if firm_id in self._seen]

    async def identities_sharing(self, keys: frozenset[str], limit: int = MOST_SHARING) -> Sequence[Identity]:
        """What the same entries are called and known by."""
        if not keys <= self._expected_keys:
            return await super().identities_sharing(keys, limit)
        ranked, known = self._ranked(keys, limit), self._identities
        if missing := [firm_id for firm_id in ranked if firm_id not in known]:
            known.update(await selects.identities(self._work.session, missing))
        return [known[firm_id] for firm_id in ranked if firm_id in known]

    def _ranked(self, keys: frozenset[str], limit: int = MOST_SHARING) -> Sequence[str]:
        """The entries with one of the expected keys, those with the rarest first."""
        held = {key: firm_ids for key in keys if (firm_ids := self._holders.get(key))}
        rare = {key: firm_ids for key, firm_ids in held.items() if len(firm_ids) <= selects.COMMONEST_KEY}
        return selects.rarest_first(keys, rare)[:limit]

    async def add(
        self, entity: Firm, *, kind: str, actor: str, at: datetime, data: Mapping[str, Json] | None = None
    ) -> Firm:
        """The entry as kept, version 1; whoever asks for its identity now finds it."""
        kept = await super().add(entity, kind=kind, actor=actor, at=at, data=data)
        self._free_numbers.discard(kept.entry_number)
        if kept.profile.uscc in self._usccs and is_live(kept):
            self._usccs[kept.profile.uscc] = kept
        self._accounts.update(dict.fromkeys(held_accounts(kept) & self._accounts.keys(), kept))
        for key in self._keys(kept) & self._told_apart_by:
            self._holders.setdefault(key, set()).add(kept.id)
        self._identities[kept.id] = described(kept.id, kept.profile, kept.former_names)
        return kept

    async def _replace(self, entity: Firm, row: Mapping[str, Any]) -> None:
        self._usccs, self._accounts, self._expected_keys = {}, {}, frozenset()
        await super()._replace(entity, row)


class ForeseenReplies(ReplyStore):
    """First results, those expected read beforehand."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._known: dict[tuple[str, str], Remembered | None] = {}
        self._unheard: set[tuple[str, str]] = set()

    async def foresee(self, subject: str, keys: frozenset[str], now: datetime) -> None:
        """Reads what the keys led to. Nobody waits for others with the same key here: the later one is refused."""
        kept = select(replies.c.key).where(replies.c.subject == subject, replies.c.key.in_(sorted(keys)))
        there = set((await self._session.execute(kept)).scalars()) if keys else set()
        self._unheard = {(subject, key) for key in keys - there}
        self._known = dict.fromkeys(self._unheard)
        for key in sorted(there):
            self._known[subject, key] = await super().recall(subject, key, now)

    async def recall(self, subject: str, key: str, now: datetime) -> Remembered | None:
        """What this caller's key led to within the last day."""
        known = self._known
        return known[subject, key] if (subject, key) in known else await super().recall(subject, key, now)

    async def remember(self, subject: str, key: str, remembered: Remembered, now: datetime) -> None:
        """Keeps the first result."""
        self._known[subject, key] = remembered
        if (subject, key) in self._unheard:
            await self._session.insert(replies, [self.row(subject, key, remembered, now)])
        else:
            await super().remember(subject, key, remembered, now)


class BulkUnitOfWork(SqlUnitOfWork):
    """`ports.BulkWork` over one transaction."""

    def __init__(self, session: DeferringSession, places: frozenset[str]) -> None:
        super().__init__(session, places)
        self._session = session
        self._numbers: list[str] = []
        self.firms: ForeseenFirms = ForeseenFirms(self._work, places)
        self.replies: ForeseenReplies = ForeseenReplies(session)

    @property
    def written(self) -> int:
        """How many writes were asked for so far."""
        return self._session.written

    def new_id(self, drawn: str) -> str:
        """The id just drawn, with this transaction's beginning, known from now on as one that nothing is kept under."""
        new = begun(drawn, self._session.beginning)
        self._session.drawn.add(new)
        return new

    def new_number(self) -> str | None:
        """One of the free entry numbers given to `foresee`; None when all are used."""
        return self._numbers.pop() if self._numbers else None

    async def foresee(self, expected: Expected, numbers: Sequence[str], now: datetime) -> None:
        """Reads what is expected; of `numbers`, drawn as entry numbers, keeps those that are free."""
        self._numbers = list(await self.firms.foresee(expected, numbers))
        await self.replies.foresee(expected.subject, expected.replies, now)


@asynccontextmanager
async def bulk_work(engine: Connections, places: frozenset[str]) -> AsyncIterator[BulkUnitOfWork]:
    """One transaction for many commands."""
    async with working(engine, DeferringSession) as session:
        uow = BulkUnitOfWork(session, places)
        yield uow
        await uow.finish()
