"""
Many commands in one transaction: what they will ask is read at once, before them.

The commands are the same, and so is what they lead to. What was read beforehand follows what the commands add; a change
of an entry makes it void, and from then on everything is read when it is asked for.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import select

from directory.duplicates import Identity
from directory.entities import Firm
from directory.facts import Json
from directory.identities import described
from directory.ports import Expected, Remembered
from directory.record import selects
from directory.record.columns import held_accounts, is_live
from directory.record.connection import Connections, Session, transaction
from directory.record.entity_store import Work
from directory.record.firm_store import FirmStore
from directory.record.reply_store import ReplyStore
from directory.record.tables import firm_accounts, firms, replies
from directory.record.unit_of_work import SqlUnitOfWork

MOST_SHARING = 200


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
        return sorted(set(numbers).difference(taken.scalars()))

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

    def __init__(self, session: Session, places: frozenset[str]) -> None:
        super().__init__(session, places)
        # In an index they then lie beside each other, on few pages to be written, and 90 bits of each stay its own.
        session.beginning = secrets.token_hex(4)
        self._numbers: list[str] = []
        self.firms: ForeseenFirms = ForeseenFirms(self._work, places)
        self.replies: ForeseenReplies = ForeseenReplies(session)

    @property
    def written(self) -> int:
        """How many writes were asked for so far."""
        return self.session.written

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
    async with transaction(engine) as session:
        uow = BulkUnitOfWork(session, places)
        yield uow
        await uow.finish()
