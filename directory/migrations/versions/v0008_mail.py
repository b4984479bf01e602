"""Mail: the addresses that notices are mailed to, the mails, and the notices that wait for one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "mail_subscriptions",
        sa.Column("id", CODE, nullable=False),
        sa.Column("owner", CODE, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("language", CODE, nullable=False),
        sa.Column("mode", CODE, nullable=False),
        sa.Column("hour", sa.Integer, nullable=False),
        sa.Column("created_at", CODE, nullable=False),
        sa.Column("confirm_token", CODE, nullable=False),
        sa.Column("unsubscribe_token", CODE, nullable=False),
        sa.Column("confirmed_at", CODE),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("mail_subscriptions_by_owner", "mail_subscriptions", ["owner"], unique=True)
    op.create_index("mail_subscriptions_by_token", "mail_subscriptions", ["unsubscribe_token"], unique=True)
    op.create_table(
        "mails",
        sa.Column("id", CODE, nullable=False),
        sa.Column("subscription", CODE, sa.ForeignKey("mail_subscriptions.id"), nullable=False),
        sa.Column("confirmation", sa.Boolean, nullable=False),
        sa.Column("at", CODE, nullable=False),
        sa.Column("due_at", CODE),
        sa.Column("state", CODE, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("status", sa.Integer),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("mails_by_due", "mails", ["state", "due_at"])
    op.create_index("mails_by_subscription", "mails", ["subscription"])
    op.create_table(
        "mail_items",
        sa.Column("subscription", CODE, sa.ForeignKey("mail_subscriptions.id"), nullable=False),
        sa.Column("notice", COUNTER, sa.ForeignKey("notices.position"), nullable=False),
        sa.Column("due_at", CODE, nullable=False),
        sa.Column("mail", CODE, sa.ForeignKey("mails.id")),
        sa.PrimaryKeyConstraint("subscription", "notice"),
    )
    op.create_index("mail_items_by_due", "mail_items", ["mail", "due_at"])
    op.create_index("mail_items_by_notice", "mail_items", ["notice"])
