"""
Many rows of one table, given to the driver as they are.

The statement is SQLAlchemy's own, made once for a table and its columns. What is left out is what SQLAlchemy does for each
row of a statement carried out many times: it costs more than the row does. It may be left out because the record's columns
hold texts, numbers and truth values, which both drivers take as they come.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Dialect, Table, insert
from sqlalchemy.ext.asyncio import AsyncConnection

Values = Callable[[dict[str, Any]], tuple[Any, ...]]


async def write_rows(connection: AsyncConnection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Inserts the rows, one after the other; all have the columns of the first one, and all that have no default in SQL."""
    statement, values = _insert(table, tuple(rows[0]), connection.dialect)
    await connection.exec_driver_sql(statement, [values(row) for row in rows])


@lru_cache(maxsize=256)
def _insert(table: Table, names: tuple[str, ...], dialect: Dialect) -> tuple[str, Values]:
    """The statement, and what takes a row's values in the order of its parameters."""
    compiled = insert(table).compile(dialect=dialect, column_keys=list(names))
    order = compiled.positiontup or ()
    if len(order) == 1:
        (name,) = order
        return str(compiled), lambda row: (row[name],)
    return str(compiled), itemgetter(*order)
