"""Subjects: what ties the log's opaque references to who acted, in rows that an erasure deletes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Makes the table; what the log said before stays as it was said."""
    op.create_table(
        "subjects",
        sa.Column("ref", CODE, nullable=False),
        sa.Column("subject", CODE, nullable=False),
        sa.PrimaryKeyConstraint("ref"),
    )
    op.create_index("subjects_by_subject", "subjects", ["subject"], unique=True)
