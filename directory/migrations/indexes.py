"""Indexes of tables that are in use: made beside those who write to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from alembic import op


def add_index(name: str, table: str, columns: Sequence[str], **options: Any) -> None:
    """Makes an index; what an attempt that was cut short has left of it is made anew.

    On PostgreSQL it stands outside the migration's transaction, so a migration that calls this does nothing else: what came
    before in the same migration would be kept when the index fails.
    """
    if op.get_bind().dialect.name == "sqlite":
        op.create_index(name, table, columns, **options)
        return
    with op.get_context().autocommit_block():
        op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)
        op.create_index(name, table, columns, postgresql_concurrently=True, **options)
