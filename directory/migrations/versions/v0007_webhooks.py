"""Webhooks: the addresses that notices are sent to, and what is on its way to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "webhooks",
        sa.Column("id", CODE, nullable=False),
        sa.Column("owner", CODE, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("created_at", CODE, nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("failing_since", CODE),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("webhooks_by_owner", "webhooks", ["owner", "created_at"])
    op.create_table(
        "deliveries",
        sa.Column("id", CODE, nullable=False),
        sa.Column("webhook", CODE, sa.ForeignKey("webhooks.id"), nullable=False),
        sa.Column("notice", COUNTER, sa.ForeignKey("notices.position")),
        sa.Column("at", CODE, nullable=False),
        sa.Column("due_at", CODE),
        sa.Column("state", CODE, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("status", sa.Integer),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("deliveries_by_due", "deliveries", ["state", "due_at"])
    op.create_index("deliveries_by_webhook", "deliveries", ["webhook", "at"])
    op.create_index("deliveries_by_notice", "deliveries", ["notice"])
