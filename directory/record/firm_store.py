"""Entries inside a unit of work, with the rows that hold their accounts and the keys that find their near duplicates."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Column, Delete, Select, Table, bindparam, delete, select

from directory.duplicates import Identity, blocking_keys
from directory.entities import Firm
from directory.identities import described
from directory.record import selects
from directory.record.columns import FIRM, held_accounts
from directory.record.entity_store import EntityStore, Work
from directory.record.tables import firm_accounts, firm_keys


class FirmStore(EntityStore[Firm]):
    """`ports.Firms` over SQL."""

    def __init__(self, work: Work, places: frozenset[str]) -> None:
        super().__init__(FIRM, work)
        self._places = places
        # Keys that no entry had when they were asked for.
        self._free_keys: frozenset[str] = frozenset()

    async def by_entry_number(self, entry_number: str) -> Firm | None:
        """The entry with this canonical number, following merges to the survivor."""
        return await self._one(selects.BY_ENTRY_NUMBER, number=entry_number)

    async def by_uscc(self, uscc: str) -> Firm | None:
        """The live entry with this normalised USCC, following merges."""
        return await self._one(selects.BY_USCC, uscc=uscc)

    async def by_account(self, account_key: str) -> Firm | None:
        """The live freelancer entry with this normalised account key."""
        return await self._one(selects.BY_ACCOUNT, account=account_key)

    async def sharing_keys(self, keys: frozenset[str], limit: int = 200) -> Sequence[Firm]:
        """Entries that share a blocking key, rarest keys first, merged ones left out."""
        session, asked = self._work.session, keys - self._free_keys
        counts = await selects.holder_counts(session, asked)
        self._free_keys |= asked - counts.keys()
        (found,) = await selects.sharing_counted(session, counts, [asked], limit)
        return [self._remembered(firm) for firm in found]

    async def identities_sharing(self, keys: frozenset[str], limit: int = 200) -> Sequence[Identity]:
        """What the same entries are called and known by."""
        sharing = await self.sharing_keys(keys, limit)
        return [described(firm.id, firm.profile, firm.former_names) for firm in sharing]

    async def owned_by(self, subject: str) -> Sequence[Firm]:
        """The entries that `subject` submitted, newest first."""
        return await self._every(selects.OWNED_BY, subject=subject)

    async def forget_keys(self, firm_id: str) -> None:
        """Frees the accounts of an entry and takes it out of the search for near duplicates."""
        await self._set(firm_accounts, firm_accounts.c.account_key, firm_id, frozenset())
        await self._set(firm_keys, firm_keys.c.key, firm_id, frozenset())

    async def _follow(self, before: Firm | None, after: Firm) -> None:
        if before is None:
            await self._put(firm_accounts, firm_accounts.c.account_key, after.id, held_accounts(after))
            await self._put(firm_keys, firm_keys.c.key, after.id, self._keys(after))
        elif _decisive(before) != _decisive(after):
            if (accounts := held_accounts(after)) != held_accounts(before):
                await self._set(firm_accounts, firm_accounts.c.account_key, after.id, accounts)
            await self._set(firm_keys, firm_keys.c.key, after.id, self._keys(after))

    def _keys(self, firm: Firm) -> frozenset[str]:
        if firm.merged_into is not None:
            return frozenset()
        return blocking_keys(described(firm.id, firm.profile, firm.former_names), self._places)

    async def _set(self, table: Table, column: Column[str], firm_id: str, wanted: frozenset[str]) -> None:
        """Makes the entry's rows of `table` those of `wanted`."""
        held = await self._work.session.execute(_held(table, column), {"firm": firm_id})
        present = frozenset(held.scalars())
        if gone := present - wanted:
            await self._work.session.execute(_without(table, column), {"firm": firm_id, "gone": sorted(gone)})
        await self._put(table, column, firm_id, wanted - present)

    async def _put(self, table: Table, column: Column[str], firm_id: str, keys: frozenset[str]) -> None:
        self._free_keys -= keys
        if keys:
            rows = [{column.name: key, "firm_id": firm_id} for key in sorted(keys)]
            await self._work.session.insert(table, rows)


@cache
def _held(table: Table, column: Column[str]) -> Select[Any]:
    return select(column).where(table.c.firm_id == bindparam("firm"))


@cache
def _without(table: Table, column: Column[str]) -> Delete:
    gone = column.in_(bindparam("gone", expanding=True))
    return delete(table).where(table.c.firm_id == bindparam("firm"), gone)


def _decisive(firm: Firm) -> tuple[object, ...]:
    """What of an entry decides its accounts and keys."""
    return firm.profile, firm.former_names, firm.status, firm.merged_into
