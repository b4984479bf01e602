"""
Who acted (登录主体), as the log may say it: an opaque reference, tied to the subject in one row that an erasure deletes.

The log can never be rewritten, so no subject stands in it. Readers are given the subject for as long as the row is there,
and the bare reference afterwards.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Insert, bindparam, delete, select

from directory.record.connection import Session
from directory.record.selects import each_part
from directory.record.tables import subjects
from directory.record.upsert import upserting

MARK = "person:"
_BY_SUBJECT = select(subjects).where(subjects.c.subject.in_(bindparam("values", expanding=True)))
_BY_REFERENCE = select(subjects).where(subjects.c.ref.in_(bindparam("values", expanding=True)))


def new_reference() -> str:
    """An opaque reference to a subject: 128 random bits in hex behind a mark."""
    return MARK + secrets.token_hex(16)


def is_reference(text: Any) -> bool:
    """Whether the text stands for a subject."""
    return isinstance(text, str) and text.startswith(MARK)


async def references(session: Session, wanted: Collection[str]) -> Mapping[str, str]:
    """The reference of each subject, made where there is none yet; a reference stands for itself."""
    names = sorted({name for name in wanted if not is_reference(name)})
    found = await _known(session, names)
    if missing := [name for name in names if name not in found]:
        rows = [{"ref": new_reference(), "subject": name} for name in missing]
        made = await session.execute(_introducing(session.dialect), rows)
        found |= {row.subject: row.ref for row in made}
    if others := [name for name in names if name not in found]:
        # Another transaction has introduced them meanwhile.
        found |= await _known(session, others)
    return found


@cache
def _introducing(dialect: str) -> Insert:
    """Gives new references, and says which; none to those who have one."""
    new = upserting(dialect, subjects).on_conflict_do_nothing()
    return new.returning(subjects.c.ref, subjects.c.subject)


async def _known(session: Session, names: Collection[str]) -> dict[str, str]:
    rows = await each_part(session, _BY_SUBJECT, values=sorted(names))
    return {row.subject: row.ref for row in rows}


async def named(session: Session, refs: Collection[str]) -> Mapping[str, str]:
    """The subjects by reference; those that were erased are absent."""
    rows = await each_part(session, _BY_REFERENCE, values=sorted(refs))
    return {row.ref: row.subject for row in rows}


async def known(session: Session, subject: str) -> bool:
    """Whether somebody has done anything under this subject."""
    return bool(await _known(session, [subject]))


async def reference_of(session: Session, subject: str) -> str:
    """The reference of a subject; empty, when nothing was done under it."""
    return (await _known(session, [subject])).get(subject, "")


async def forget_subject(session: Session, subject: str) -> None:
    """Deletes what ties the log's references to the subject."""
    await session.execute(delete(subjects).where(subjects.c.subject == subject))
