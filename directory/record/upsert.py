"""INSERT ... ON CONFLICT, which both databases have and SQLAlchemy names twice."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite


def upserting(dialect: str, table: Table) -> postgresql.Insert:
    """An insert into `table` that can say what to do on a conflict; SQLite's has the same methods."""
    if dialect == "sqlite":
        return cast("postgresql.Insert", sqlite.insert(table))
    return postgresql.insert(table)
