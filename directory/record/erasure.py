"""What keeps an erasure whole: nothing of a person is added while or after the person is erased."""

from __future__ import annotations

from sqlalchemy import delete, select

from directory.errors import Gone
from directory.record.connection import Session
from directory.record.tables import contacts, firms, personal_values


async def hold(session: Session, firm_id: str) -> None:
    """Keeps the entry from being erased until the transaction ends. Raises: Gone when it was erased."""
    if session.is_new(firm_id):
        return
    statement = select(firms.c.erased).where(firms.c.id == firm_id).with_for_update(read=True)
    if (await session.execute(statement)).scalar():
        raise Gone.at("firm", key="gone")


async def seize(session: Session, firm_id: str) -> None:
    """Waits for those who hold the entry and keeps others from holding it until the transaction ends."""
    await session.execute(select(firms.c.id).where(firms.c.id == firm_id).with_for_update())


async def delete_personal(session: Session, firm_id: str) -> None:
    """Deletes contact details and every personal value that the log refers to."""
    await session.execute(delete(contacts).where(contacts.c.firm_id == firm_id))
    await session.execute(delete(personal_values).where(personal_values.c.subject_id == firm_id))
