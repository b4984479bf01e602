"""Since when an entry waits for the sealer, so that a log that is held up is seen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Adds the column; what waits already is sealed at the next start."""
    op.add_column("log_pending", sa.Column("written_at", sa.Float(53)))
