"""Everything that is kept of a person, table by table: the copy that the person may ask for. PIPL, article 45."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select, union

from directory.record.connection import Session
from directory.record.encoding import from_json
from directory.record.holdings import HOLDINGS, rows_of_person
from directory.record.subjects import reference_of
from directory.record.tables import firms, submissions

# Columns that hold JSON as text: a copy shows what is in them.
JSON_COLUMNS = frozenset({"state", "value", "payload", "params", "filter", "roles", "outcome"})

Rows = Sequence[Mapping[str, Any]]


async def copy_of_person(session: Session, subject: str) -> Mapping[str, Rows]:
    """The rows of each table that can hold something of a person, by table name; empty ones are there too.

    Left out are secrets that open something, and never anything else.
    """
    owned = union(
        select(firms.c.id).where(firms.c.owner == subject),
        select(submissions.c.firm_id).where(submissions.c.owner == subject),
    )
    entries = sorted((await session.execute(owned)).scalars())
    reference = await reference_of(session, subject)
    copied: dict[str, Rows] = {}
    for table, holding in HOLDINGS.items():
        which = rows_of_person(table, subject, reference, entries)
        if which is None:
            continue
        columns = [column for column in table.columns if column.name not in holding.secret]
        statement = select(*columns).where(which).order_by(*table.primary_key.columns)
        copied[table.name] = [_told(row) for row in await session.execute(statement)]
    return copied


def _told(row: Row[Any]) -> Mapping[str, Any]:
    return {name: _value(name, value) for name, value in row._mapping.items()}


def _value(name: str, value: Any) -> Any:
    if name not in JSON_COLUMNS or not isinstance(value, str) or value[:1] not in ("{", "[", '"'):
        return value
    return from_json(value)
