"""
Many rows of some tables, given to the driver as they are.

The statements are SQLAlchemy's own, made once for a table and its columns. What is left out is what SQLAlchemy does for each
row of a statement carried out many times: it costs more than the row does. It may be left out because the record's columns
hold texts, numbers and truth values, which both drivers take as they come.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect, Table, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from directory.record.tables import metadata

Row = Mapping[str, Any]
Values = Callable[[Row], tuple[Any, ...]]
# Those first that others refer to.
_PLACES = {table: place for place, table in enumerate(metadata.sorted_tables)}


async def write_rows(
    connection: AsyncConnection, later: Mapping[tuple[Table, tuple[str, ...]], Sequence[Row]]
) -> None:
    """Inserts rows, given by table and columns, one after the other; only columns with a default in SQL may be left out."""

    def write(connection: Connection) -> None:
        for table, names in sorted(later, key=lambda which: _PLACES[which[0]]):
            statement, values = _insert(table, names, connection.dialect)
            connection.exec_driver_sql(statement, [values(row) for row in later[table, names]])

    await connection.run_sync(write)


@lru_cache(maxsize=256)
def _insert(table: Table, names: tuple[str, ...], dialect: Dialect) -> tuple[str, Values]:
    """The statement, and what takes a row's values in the order of its parameters."""
    compiled = insert(table).compile(dialect=dialect, column_keys=list(names))
    order = compiled.positiontup or ()
    if len(order) == 1:
        (name,) = order
        return str(compiled), lambda row: (row[name],)
    return str(compiled), itemgetter(*order)
