"""Blocking points, the clauses they cite, and which point a report names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Adds two tables, and a look-up to reports; no report has named a point before."""
    op.create_table(
        "blocking_points",
        sa.Column("id", CODE, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("reference", CODE, nullable=False),
        sa.Column("status", CODE),
        sa.Column("merged_into", CODE),
        sa.Column("created_at", CODE, nullable=False),
        sa.Column("updated_at", CODE, nullable=False),
        sa.Column("erased", sa.Boolean, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="blocking_points_pkey"),
        sa.ForeignKeyConstraint(["merged_into"], ["blocking_points.id"]),
    )
    op.create_index("blocking_points_reference", "blocking_points", ["reference"], unique=True)
    op.create_table(
        "blocking_point_clauses",
        sa.Column("clause", CODE, nullable=False),
        sa.Column("blocking_point", CODE, nullable=False),
        sa.PrimaryKeyConstraint("clause", "blocking_point", name="blocking_point_clauses_pkey"),
        sa.ForeignKeyConstraint(["blocking_point"], ["blocking_points.id"]),
    )
    op.create_index("blocking_point_clauses_by_point", "blocking_point_clauses", ["blocking_point"])
    op.add_column("blockages", sa.Column("blocking_point", CODE, nullable=True))
    op.create_index("blockages_by_point", "blockages", ["blocking_point"])
