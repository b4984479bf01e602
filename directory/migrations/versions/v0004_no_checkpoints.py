"""Checkpoints go: an engine keeps its own place in the log, so that an emptied one is filled again."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Drops a table that nothing wrote to."""
    op.drop_table("checkpoints")
