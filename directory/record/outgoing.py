"""What is on its way to readers, counted."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select

from directory.record.reader import SqlReader
from directory.record.tables import deliveries, mails

WAYS = {"webhook": deliveries, "mail": mails}


async def outgoing(reader: SqlReader) -> Mapping[tuple[str, ...], float]:
    """How many deliveries and mails are in which state, by (way, state). Raises: RecordUnavailable."""
    counted: dict[tuple[str, ...], float] = {}
    for way, table in WAYS.items():
        rows = await reader.session.execute(
            select(table.c.state, func.count().label("count")).group_by(table.c.state)
        )
        counted |= {(way, row.state): float(row._mapping["count"]) for row in rows}
    return counted
