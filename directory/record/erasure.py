"""
What keeps an erasure whole: everything of a person goes, and nothing is added while or after the person is erased.

What is deleted here follows `record.holdings`, where each table says what it holds of people.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, delete, or_, select

from directory.errors import Gone
from directory.record.connection import Session
from directory.record.holdings import HOLDINGS, rows_of_subject
from directory.record.notice_store import forget_notices_to
from directory.record.tables import contacts, dead_letters, firms, personal_values, submissions

_HELD = select(firms.c.erased).where(firms.c.id == bindparam("firm")).with_for_update(read=True)


async def hold(session: Session, firm_id: str) -> None:
    """Keeps the entry from being erased until the transaction ends. Raises: Gone when it was erased."""
    if session.is_new(firm_id):
        return
    if (await session.execute(_HELD, {"firm": firm_id})).scalar():
        raise Gone.at("firm", key="gone")


async def seize(session: Session, firm_id: str) -> None:
    """Waits for those who hold the entry and keeps others from holding it until the transaction ends."""
    await session.execute(select(firms.c.id).where(firms.c.id == firm_id).with_for_update())


async def merged_into(session: Session, firm_id: str) -> Sequence[str]:
    """The entries that were merged into this one and are not erased: they tell of the same person."""
    statement = select(firms.c.id).where(firms.c.merged_into == firm_id, ~firms.c.erased)
    return (await session.execute(statement.order_by(firms.c.id))).scalars().all()


async def delete_personal(session: Session, firm_id: str, entity_ids: Sequence[str]) -> None:
    """Deletes contact details and every personal value that the log refers to, of an entry and what belonged to it.

    A report that came with a merge has values from when it was another entry's: they go by its own id.
    """
    columns = personal_values.c
    of_it = or_(columns.subject_id == firm_id, columns.entity_id.in_(entity_ids))
    await delete_contacts(session, firm_id)
    await session.execute(delete(personal_values).where(of_it))
    await session.execute(delete(dead_letters).where(dead_letters.c.id.in_([firm_id, *entity_ids])))


async def delete_contacts(session: Session, firm_id: str) -> None:
    """Deletes contact details of an entry, those of earlier submissions too."""
    await session.execute(delete(contacts).where(contacts.c.firm_id == firm_id))


async def without_entry(session: Session, owners: Collection[str]) -> Sequence[str]:
    """Those of `owners` who have neither an entry nor a submission left."""
    kept: set[str | None] = set()
    for table in (firms, submissions):
        live = select(table.c.owner).where(table.c.owner.in_(sorted(owners)), ~table.c.erased)
        kept.update((await session.execute(live)).scalars())
    return sorted(set(owners) - kept)


async def forget_account(session: Session, subject: str) -> None:
    """Deletes what somebody holds under a subject: notices, saved searches, addresses, keys, first results."""
    await forget_notices_to(session, subject)
    for table, holding in HOLDINGS.items():
        own = rows_of_subject(table, subject) if holding.of_account else None
        if own is not None:
            await session.execute(delete(table).where(own))
