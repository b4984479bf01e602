"""Everything that is kept of a person, table by table: the copy that the person may ask for. PIPL, article 45."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select, union

from directory.entities import EvidenceFile
from directory.evidence import live
from directory.record.columns import BLOCKAGE
from directory.record.connection import Session
from directory.record.encoding import from_json
from directory.record.holdings import HOLDINGS, rows_of_person
from directory.record.selects import every, rows_of
from directory.record.subjects import reference_of
from directory.record.tables import blockages, evidence_files, firms, submissions

# Columns that hold JSON as text: a copy shows what is in them.
JSON_COLUMNS = frozenset({"state", "value", "payload", "params", "filter", "roles", "outcome"})

Rows = Sequence[Mapping[str, Any]]


async def copy_of_person(session: Session, subject: str) -> Mapping[str, Rows]:
    """The rows of each table that can hold something of a person, by table name; empty ones are there too.

    Left out are secrets that open something, and what is in files, which `files_of_person` gives.
    """
    entries = await _entries_of(session, subject)
    reference = await reference_of(session, subject)
    copied: dict[str, Rows] = {}
    for table, holding in HOLDINGS.items():
        which = rows_of_person(table, subject, reference, entries)
        if which is None:
            continue
        columns = [column for column in table.columns if column.name not in holding.secret | holding.apart]
        statement = select(*columns).where(which).order_by(*table.primary_key.columns)
        copied[table.name] = [_told(row) for row in await session.execute(statement)]
    return copied


async def files_of_person(session: Session, subject: str) -> AsyncIterator[tuple[EvidenceFile, bytes]]:
    """The files of the reports of the person's entries with what is in them, one after the other."""
    entries = await _entries_of(session, subject)
    reports = await every(session, BLOCKAGE, rows_of(BLOCKAGE).where(blockages.c.firm_id.in_(entries)))
    for file in (each for report in reports for each in live(report.evidence)):
        content = await session.execute(
            select(evidence_files.c.content).where(evidence_files.c.id == file.id)
        )
        yield file, content.scalar_one()


async def _entries_of(session: Session, subject: str) -> list[str]:
    owned = union(
        select(firms.c.id).where(firms.c.owner == subject),
        select(submissions.c.firm_id).where(submissions.c.owner == subject),
    )
    return sorted((await session.execute(owned)).scalars())


def _told(row: Row[Any]) -> Mapping[str, Any]:
    return {name: _value(name, value) for name, value in row._mapping.items()}


def _value(name: str, value: Any) -> Any:
    if name not in JSON_COLUMNS or not isinstance(value, str) or value[:1] not in ("{", "[", '"'):
        return value
    return from_json(value)
