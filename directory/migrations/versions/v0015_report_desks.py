"""On whose desks reports lie beside those who answer for them: of those who owe a step of a report's plan."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Makes the table, empty: no report had a plan before it."""
    op.create_table(
        "blockage_desks",
        sa.Column("desk", CODE, nullable=False),
        sa.Column("blockage", CODE, nullable=False),
        sa.Column("due_at", CODE, nullable=False),
        sa.PrimaryKeyConstraint("desk", "blockage", name="blockage_desks_pkey"),
        sa.ForeignKeyConstraint(["blockage"], ["blockages.id"]),
    )
    op.create_index("blockage_desks_by_due", "blockage_desks", ["desk", "due_at", "blockage"])
    op.create_index("blockage_desks_by_report", "blockage_desks", ["blockage"])
