"""Saved searches: what is kept of them, what they found, and as what their owners are known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "standings",
        sa.Column("subject", CODE, nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("agency", CODE),
        sa.Column("region", CODE),
        sa.Column("seen_at", CODE, nullable=False),
        sa.PrimaryKeyConstraint("subject"),
    )
    op.create_table(
        "saved_searches",
        sa.Column("id", CODE, nullable=False),
        sa.Column("owner", CODE, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("filter", sa.Text, nullable=False),
        sa.Column("position", COUNTER, nullable=False),
        sa.Column("created_at", CODE, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("saved_searches_by_owner", "saved_searches", ["owner", "created_at"])
    op.create_table(
        "saved_search_matches",
        sa.Column("saved_search", CODE, sa.ForeignKey("saved_searches.id"), nullable=False),
        sa.Column("position", COUNTER, autoincrement=False, nullable=False),
        sa.Column("blockage", CODE, sa.ForeignKey("blockages.id"), nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("at", CODE, nullable=False),
        sa.PrimaryKeyConstraint("saved_search", "position", "blockage"),
    )
    op.create_index("saved_search_matches_by_report", "saved_search_matches", ["blockage", "saved_search"])
    op.create_index("saved_search_matches_by_age", "saved_search_matches", ["at"])
    op.create_table(
        "matching",
        sa.Column("name", CODE, nullable=False),
        sa.Column("position", COUNTER, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
