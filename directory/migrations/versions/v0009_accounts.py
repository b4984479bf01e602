"""Accounts of those who sign in, and their sessions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "accounts",
        sa.Column("id", CODE, nullable=False),
        sa.Column("issuer", CODE, nullable=False),
        sa.Column("subject", CODE, nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("agency", CODE),
        sa.Column("region", CODE),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("changed_at", CODE, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("accounts_by_subject", "accounts", ["issuer", "subject"], unique=True)
    op.create_table(
        "sessions",
        sa.Column("digest", CODE, nullable=False),
        sa.Column("issuer", CODE, nullable=False),
        sa.Column("subject", CODE, nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("agency", CODE),
        sa.Column("region", CODE),
        sa.Column("display_name", sa.Text, nullable=False),
        sa.Column("account_version", sa.Integer, nullable=False),
        sa.Column("created_at", CODE, nullable=False),
        sa.Column("used_at", CODE, nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("sessions_by_subject", "sessions", ["issuer", "subject", "created_at"])
    op.create_index("sessions_by_use", "sessions", ["used_at"])
