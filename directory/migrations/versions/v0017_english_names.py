"""What to call someone who is signed in on English pages, where their issuer tells it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Adds the column: sessions from before go on under their one name."""
    op.add_column("sessions", sa.Column("display_name_en", sa.Text, nullable=True))
