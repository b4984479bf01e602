"""Tampering: whatever is changed behind the program's back is found, and the first bad position is named."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest
import pytest_asyncio
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from directory.record.connection import Session
from directory.record.digest import GENESIS, StoredEntry, sealed_digest
from directory.record.log import Head
from directory.record.open import SqlRecord
from directory.record.personal import new_salt
from directory.record.reader import SqlReader
from directory.record.sealer import head_of
from directory.record.tables import log_entries, log_pending, log_seals, personal_values
from directory.record.verify import Break, Damage, verify_log
from tests.factories import make_blockage, make_firm, make_freelancer_profile
from tests.measure import measure
from tests.record.steps import keep, seal

ENTRIES = 40
ATTACKS = {"sqlite": measure(150, 1_000), "postgresql": measure(50, 200)}
FAR = 1_000_000


@dataclass(frozen=True, slots=True)
class Attack:
    """Who changes the log: with full rights over the database, its triggers and foreign keys put out of force."""

    session: Session
    dice: random.Random

    async def edit_entry(self) -> int:
        """Changes one column of one entry."""
        position = self._position()
        column = self.dice.choice([column for column in log_entries.c if column.name != "id"])
        old = (await self._entry(position))[column.name]
        new = old + self.dice.choice([-1, 1]) if isinstance(old, int) else _misspelt(str(old), self.dice)
        await self._run(
            update(log_entries).where(log_entries.c.id == await self._id(position)).values({column: new})
        )
        return position

    async def edit_seal(self) -> int:
        """Changes digest or epoch of one seal."""
        position = self._position()
        seal = log_seals.c.position == position
        if self.dice.random() < 0.5:
            await self._run(update(log_seals).where(seal).values(epoch=log_seals.c.epoch + 1))
        else:
            await self._run(update(log_seals).where(seal).values(digest=f"{self.dice.getrandbits(256):064x}"))
        return position

    async def cut_out_seal(self) -> int:
        """Deletes one seal; its entry stays, outside of the chain."""
        position = self._position()
        await self._run(delete(log_seals).where(log_seals.c.position == position))
        return position

    async def cut_out_entry(self) -> int:
        """Deletes one entry; its seal stays, for nothing."""
        position = self._position()
        await self._run(delete(log_entries).where(log_entries.c.id == await self._id(position)))
        return position

    async def close_the_gap(self) -> int:
        """Deletes entry and seal, and moves all later seals down by one."""
        position = self._position()
        entry = await self._id(position)
        await self._run(delete(log_seals).where(log_seals.c.position == position))
        await self._run(delete(log_entries).where(log_entries.c.id == entry))
        await self._shift(position, -1)
        return position

    async def swap(self) -> int:
        """Exchanges what two positions say."""
        first, second = sorted(self.dice.sample(range(1, ENTRIES + 1), 2))
        one, two = await self._id(first), await self._id(second)
        for position, entry in ((first, -1), (second, one), (first, two)):
            await self._run(update(log_seals).where(log_seals.c.position == position).values(entry_id=entry))
        return first

    async def put_in(self) -> int:
        """Puts a new entry in, with a digest right for its place, and moves all later seals up by one.

        The entry after it shows it, for that one's digest was made for another place; at the end the known head does.
        """
        position = self._position()
        entry = await self._forge()
        await self._shift(position, +1)
        before = await self._digest(position - 1)
        await self._run(
            insert(log_seals).values(
                position=position,
                entry_id=entry.id,
                epoch=1,
                digest=sealed_digest(before, position, 1, entry),
            )
        )
        return min(position + 1, ENTRIES)

    async def leave_outside(self) -> int:
        """Adds an entry that is neither sealed nor waiting for it."""
        await self._forge()
        return ENTRIES + 1

    async def cut_tail(self) -> int:
        """Deletes the last entries with their seals: the chain that is left is whole."""
        position = self._position()
        ids = select(log_seals.c.entry_id).where(log_seals.c.position >= position)
        gone = list((await self.session.execute(ids)).scalars())
        await self._run(delete(log_seals).where(log_seals.c.position >= position))
        await self._run(delete(log_entries).where(log_entries.c.id.in_(gone)))
        return position

    async def edit_personal(self) -> int:
        """Changes a value kept apart, or its salt."""
        rows = (await self.session.execute(select(personal_values))).all()
        row = self.dice.choice(sorted(rows, key=lambda row: str(row.ref)))
        new = self.dice.choice([{"value": '"王五"'}, {"salt": new_salt()}])
        await self._run(update(personal_values).where(personal_values.c.ref == row.ref).values(new))
        holders = (
            select(func.min(log_seals.c.position))
            .join_from(log_seals, log_entries, log_entries.c.id == log_seals.c.entry_id)
            .where(log_entries.c.payload.contains(row.ref))
        )
        position: int = (await self.session.execute(holders)).scalar_one()
        return position

    def _position(self) -> int:
        return self.dice.randint(1, ENTRIES)

    async def _run(self, statement: object) -> None:
        await self.session.execute(statement)  # type: ignore[arg-type]

    async def _id(self, position: int) -> int:
        entry: int = (
            await self.session.execute(select(log_seals.c.entry_id).where(log_seals.c.position == position))
        ).scalar_one()
        return entry

    async def _entry(self, position: int) -> dict[str, object]:
        wanted = select(log_entries).where(log_entries.c.id == await self._id(position))
        return dict((await self.session.execute(wanted)).one()._mapping)

    async def _digest(self, position: int) -> str:
        wanted = select(log_seals.c.digest).where(log_seals.c.position == position)
        return (await self.session.execute(wanted)).scalar() or GENESIS

    async def _shift(self, position: int, by: int) -> None:
        column = log_seals.c.position
        await self._run(update(log_seals).where(column >= position).values(position=column + FAR))
        await self._run(update(log_seals).where(column > FAR).values(position=column - FAR + by))

    async def _forge(self) -> StoredEntry:
        copied = {**await self._entry(self._position()), "id": ENTRIES + FAR, "actor": "nobody"}
        await self._run(insert(log_entries).values(copied))
        return StoredEntry(**copied)  # type: ignore[arg-type]


def _misspelt(value: str, dice: random.Random) -> str:
    """The text with one character changed, dropped or added."""
    place = dice.randrange(len(value))
    other = chr(ord(value[place]) ^ 1)
    return dice.choice(
        [value[:place] + other + value[place + 1 :], value[:place] + value[place + 1 :], value + " "]
    )


KINDS: tuple[Callable[[Attack], Awaitable[int]], ...] = (
    Attack.edit_entry,
    Attack.edit_seal,
    Attack.cut_out_seal,
    Attack.cut_out_entry,
    Attack.close_the_gap,
    Attack.swap,
    Attack.put_in,
    Attack.leave_outside,
    Attack.cut_tail,
    Attack.edit_personal,
)


@pytest_asyncio.fixture(loop_scope="session")
async def intruder(record: SqlRecord, empty_record_url: str) -> AsyncIterator[AsyncEngine]:
    """A way past the program to a sealed log of persons and reports."""
    for _ in range(ENTRIES // 2):
        firm = make_firm(profile=make_freelancer_profile())
        await keep(record, firm, make_blockage(firm_id=firm.id))
    assert await seal(record) == ENTRIES
    await record.close()
    engine = create_async_engine(empty_record_url)
    if engine.dialect.name == "sqlite":
        async with engine.begin() as connection:
            triggers = await connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
            for name in list(triggers.scalars()):
                await connection.execute(text(f"DROP TRIGGER {name}"))
    yield engine
    await engine.dispose()


async def test_every_attack_is_found_at_its_first_bad_position(intruder: AsyncEngine) -> None:
    """Edits, deletions, swaps, insertions, a cut tail: each of a thousand is found where it begins."""
    seed = random.randrange(2**32)
    dice = random.Random(seed)
    async with intruder.connect() as connection:
        session = Session(connection)
        if session.dialect == "postgresql":
            await connection.execute(text("SET session_replication_role = replica"))
            await connection.commit()
        head = await head_of(session)
        await connection.rollback()
        for _ in range(ATTACKS[session.dialect]):
            attack = dice.choice(KINDS)
            position = await attack(Attack(session, dice))
            found = await verify_log(SqlReader(session), expected_head=head)
            assert found is not None, (attack, seed)
            assert found.position == position, (attack, found, seed)
            await connection.rollback()
        assert await verify_log(SqlReader(session), expected_head=head) is None


async def test_a_cut_tail_is_seen_only_against_a_head_kept_elsewhere(intruder: AsyncEngine) -> None:
    """The chain that is left is whole: without the head that was written down nobody could know."""
    async with intruder.connect() as connection:
        session = Session(connection)
        if session.dialect == "postgresql":
            await connection.execute(text("SET session_replication_role = replica"))
        head = await head_of(session)
        position = await Attack(session, random.Random(1)).cut_tail()
        assert await verify_log(SqlReader(session)) is None
        found = await verify_log(SqlReader(session), expected_head=head)
        assert found == Break(position, Damage.TAIL_CUT)


async def test_another_history_of_the_same_length_is_seen(intruder: AsyncEngine) -> None:
    """A log written anew, with digests that fit, does not have the head that was written down."""
    async with intruder.connect() as connection:
        head = Head(ENTRIES, "f" * 64)
        found = await verify_log(SqlReader(Session(connection)), expected_head=head)
    assert found == Break(ENTRIES, Damage.HEAD_DIFFERS)


async def test_entries_waiting_for_their_seal_are_no_damage(record: SqlRecord) -> None:
    """Verification during work: what was committed a moment ago is not outside, it is pending."""
    await keep(record, make_firm())
    async with record.reader() as reader:
        assert (await reader.session.execute(select(func.count()).select_from(log_pending))).scalar_one() == 1
        assert await verify_log(reader) is None


async def test_verification_tells_how_far_it_is(record: SqlRecord, monkeypatch: pytest.MonkeyPatch) -> None:
    """Batch by batch, so that a long run can show its progress."""
    monkeypatch.setattr("directory.record.verify.BATCH", 2)
    await keep(record, *(make_firm() for _ in range(5)))
    await seal(record)
    reached: list[int] = []
    async with record.reader() as reader:
        assert await verify_log(reader, progress=reached.append) is None
    assert reached == [2, 4, 5]
