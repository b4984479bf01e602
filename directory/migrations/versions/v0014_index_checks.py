"""When an index was last compared with the record, and what differed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Makes the table, empty: of comparisons before it nothing is known."""
    op.create_table(
        "index_checks",
        sa.Column("engine", CODE, nullable=False),
        sa.Column("generation", CODE, nullable=True),
        sa.Column("at", CODE, nullable=False),
        sa.Column("compared", sa.Integer, nullable=False),
        sa.Column("differing", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("engine", name="index_checks_pkey"),
    )
