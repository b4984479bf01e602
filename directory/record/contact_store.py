"""Contact details (联系方式), apart from entries and log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from directory.entities import Contact, SealedRef
from directory.profiles import ContactDetails
from directory.record.connection import Session
from directory.record.digest import commitment_to
from directory.record.encoding import quick_json_text
from directory.record.erasure import hold
from directory.record.personal import new_ref, new_salt
from directory.record.tables import contacts

_DETAILS = (contacts.c.person, contacts.c.phone, contacts.c.email, contacts.c.address)


class ContactStore:
    """`ports.Contacts` over SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def put(self, firm_id: str, details: ContactDetails) -> SealedRef:
        """Keeps the details; the result is what entries and log may hold. Raises: Gone for an erased entry."""
        await hold(self._session, firm_id)
        ref, salt = new_ref(self._session.beginning), new_salt()
        values = details.model_dump(mode="json")
        await self._session.insert(contacts, [{"ref": ref, "firm_id": firm_id, "salt": salt, **values}])
        return SealedRef(ref=ref, commitment=commitment_to(salt, quick_json_text(values)))

    async def get(self, ref: str) -> Contact | None:
        """The details, or None once erased."""
        return (await contacts_by_ref(self._session, [ref])).get(ref)


async def contacts_by_ref(session: Session, refs: Sequence[str]) -> Mapping[str, Contact]:
    """Contact details by ref; erased ones are absent."""
    statement = select(contacts.c.ref, contacts.c.firm_id, *_DETAILS).where(contacts.c.ref.in_(refs))
    return {row.ref: Contact(**row._mapping) for row in await session.execute(statement)}
