"""How a database means to answer a statement, and what in that would grow with the directory."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from tests.record.filled import FILLED
from tests.record.statements import Noted

ASKED = ("SELECT", "WITH", "UPDATE", "DELETE")
_SCANNED = re.compile(r"^SCAN (\w+)")


async def walked_through(connection: AsyncConnection, noted: Noted) -> Sequence[str]:
    """The filled tables that the statements would read from one end to the other, each with its statement."""
    raw: Any = (await connection.get_raw_connection()).driver_connection
    tables = _walks_of_postgresql if connection.dialect.name == "postgresql" else _walks_of_sqlite
    return [
        f"{table}: {statement}"
        for statement, values in noted
        if statement.startswith(ASKED)
        for table in await tables(raw, statement, values)
        if table in FILLED
    ]


def tables_of(walks: Sequence[str]) -> set[str]:
    """The tables alone."""
    return {walk.partition(":")[0] for walk in walks}


async def _walks_of_postgresql(raw: Any, statement: str, values: Sequence[Any]) -> Collection[str]:
    (plan,) = await raw.fetchval(f"EXPLAIN (FORMAT JSON) {statement}", *values)
    return set(_read_whole(plan["Plan"]))


def _read_whole(node: Mapping[str, Any]) -> Iterator[str]:
    """An index that is read without a condition is the table in its order."""
    kind, conditioned = node["Node Type"], "Index Cond" in node
    if kind == "Seq Scan" or (kind in ("Index Scan", "Index Only Scan") and not conditioned):
        yield node["Relation Name"]
    for child in node.get("Plans", ()):
        yield from _read_whole(child)


async def _walks_of_sqlite(raw: Any, statement: str, values: Sequence[Any]) -> Collection[str]:
    async with raw.execute(f"EXPLAIN QUERY PLAN {statement}", values) as cursor:
        lines = [row[3] for row in await cursor.fetchall()]
    return {found[1] for line in lines if (found := _SCANNED.match(line))}
