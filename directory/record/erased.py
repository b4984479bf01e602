"""Whom the record has erased, without saying who they were: what a restored backup has to erase again."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from directory.errors import Gone, NotFound
from directory.record.connection import Session
from directory.record.encoding import instant
from directory.record.subjects import named
from directory.record.tables import firms, log_entries, matching, submissions
from directory.record.unit_of_work import FORGOTTEN, SqlUnitOfWork
from directory.record.upsert import upserting

ERASURES = ("firm:erased", "submission:erased", "blockage:erased", "firm:contact_erased", FORGOTTEN)
SCRUBBED = "scrubbed"
_NEWEST = select(func.max(log_entries.c.id)).where(log_entries.c.kind.in_(ERASURES))


@dataclass(frozen=True, slots=True)
class Erased:
    """Opaque ids: those of entries, and references of people in the log."""

    entries: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()

    def __or__(self, other: Erased) -> Erased:
        return Erased(self.entries | other.entries, self.people | other.people)

    def lines(self) -> Sequence[str]:
        """One a line: `entry ID` or `person REFERENCE`."""
        return [
            *(f"entry {id_}" for id_ in sorted(self.entries)),
            *(f"person {reference}" for reference in sorted(self.people)),
        ]

    @classmethod
    def read(cls, lines: Sequence[str]) -> Erased:
        """From `lines`; what is neither is passed over."""
        pairs = [line.split(maxsplit=1) for line in lines if len(line.split(maxsplit=1)) == 2]
        return cls(
            frozenset(id_.strip() for kind, id_ in pairs if kind == "entry"),
            frozenset(id_.strip() for kind, id_ in pairs if kind == "person"),
        )


async def erased_by(session: Session) -> Erased:
    """Everyone and everything that this record has erased."""
    entries = select(firms.c.id).where(firms.c.erased)
    drafts = select(submissions.c.firm_id).where(submissions.c.erased)
    people = select(log_entries.c.entity_id).where(log_entries.c.kind == FORGOTTEN)
    ids = {*(await session.execute(entries)).scalars(), *(await session.execute(drafts)).scalars()}
    return Erased(frozenset(ids), frozenset((await session.execute(people)).scalars()))


async def erase_again(uow: SqlUnitOfWork, erased: Erased, *, actor: str, at: datetime) -> int:
    """How many of `erased` this record still knew; it does no more."""
    count = 0
    for id_ in sorted(erased.entries):
        with suppress(NotFound, Gone):
            await uow.erase(id_, actor=actor, at=at)
            count += 1
    for subject in sorted((await named(uow.session, erased.people)).values()):
        with suppress(NotFound):
            await uow.erase_person(subject, actor=actor, at=at)
            count += 1
    return count


async def unscrubbed(session: Session) -> int | None:
    """The last log entry that says that something was erased, where the files were not cleaned since."""
    newest: int | None = (await session.execute(_NEWEST)).scalar()
    done = select(matching.c.position).where(matching.c.name == SCRUBBED)
    cleaned = (await session.execute(done)).scalar() or 0
    return newest if newest is not None and newest > cleaned else None


async def last_erasure(session: Session) -> datetime | None:
    """When something was last erased, as its log entry says; None before the first time."""
    this = log_entries.c.id == _NEWEST.scalar_subquery()
    at = (await session.execute(select(log_entries.c.at).where(this))).scalar()
    return instant(at) if at else None


async def note_scrubbed(session: Session, entry: int) -> None:
    """Keeps that the files were cleaned after this log entry."""
    statement = upserting(session.dialect, matching).values(name=SCRUBBED, position=entry)
    await session.execute(
        statement.on_conflict_do_update(index_elements=[matching.c.name], set_={"position": entry})
    )
