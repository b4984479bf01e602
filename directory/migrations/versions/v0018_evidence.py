"""What is in the files that are added to reports as evidence."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Makes the table, empty: no report had files before it."""
    op.create_table(
        "evidence_files",
        sa.Column("id", CODE, nullable=False),
        sa.Column("blockage", CODE, nullable=False),
        sa.Column("sha256", CODE, nullable=True),
        sa.Column("content", sa.LargeBinary, nullable=True),
        sa.PrimaryKeyConstraint("id", name="evidence_files_pkey"),
        sa.ForeignKeyConstraint(["blockage"], ["blockages.id"]),
    )
    op.create_index("evidence_files_by_content", "evidence_files", ["blockage", "sha256"], unique=True)
