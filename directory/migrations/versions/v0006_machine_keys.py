"""Keys for machines: what the record holds of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "machine_keys",
        sa.Column("id", CODE, nullable=False),
        sa.Column("digest", CODE, nullable=False),
        sa.Column("subject", CODE, nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("agency", CODE),
        sa.Column("region", CODE),
        sa.Column("created_at", CODE, nullable=False),
        sa.Column("expires_at", CODE, nullable=False),
        sa.Column("revoked_at", CODE),
        sa.Column("last_used_on", CODE),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("machine_keys_digest", "machine_keys", ["digest"], unique=True)
