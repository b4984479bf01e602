"""
Who acted (登录主体), as the log may say it: an opaque reference, tied to the subject in one row that an erasure deletes.

The log can never be rewritten, so no subject stands in it. Readers are given the subject for as long as the row is there,
and the bare reference afterwards.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import delete, select

from directory.record.connection import Session
from directory.record.selects import parts
from directory.record.tables import subjects
from directory.record.upsert import upserting

MARK = "person:"


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
        await session.execute(upserting(session, subjects).on_conflict_do_nothing(), rows)
        found |= await _known(session, missing)
    return found


async def _known(session: Session, names: Collection[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    ordered = sorted(names)
    for some in parts(ordered):
        statement = select(subjects).where(subjects.c.subject.in_(some))
        found.update((row.subject, row.ref) for row in await session.execute(statement))
    return found


async def named(session: Session, refs: Collection[str]) -> Mapping[str, str]:
    """The subjects by reference; those that were erased are absent."""
    found: dict[str, str] = {}
    ordered = sorted(refs)
    for some in parts(ordered):
        statement = select(subjects).where(subjects.c.ref.in_(some))
        found.update((row.ref, row.subject) for row in await session.execute(statement))
    return found


async def known(session: Session, subject: str) -> bool:
    """Whether somebody has done anything under this subject."""
    return bool(await _known(session, [subject]))


async def reference_of(session: Session, subject: str) -> str:
    """The reference of a subject; empty, when nothing was done under it."""
    return (await _known(session, [subject])).get(subject, "")


async def forget_subject(session: Session, subject: str) -> None:
    """Deletes what ties the log's references to the subject."""
    await session.execute(delete(subjects).where(subjects.c.subject == subject))
