"""Indexes for what was found by reading whole tables: what ended long ago, merged entries, values of one entity, who acted."""

from __future__ import annotations

import sqlalchemy as sa

from directory.migrations.indexes import add_index

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Makes the indexes, beside whoever writes."""
    add_index("firms_by_change", "firms", ["status", "updated_at", "id"])
    merged = sa.text("merged_into IS NOT NULL")
    add_index("firms_by_survivor", "firms", ["merged_into"], sqlite_where=merged, postgresql_where=merged)
    add_index("blockages_by_change", "blockages", ["status", "updated_at", "id"])
    add_index("personal_values_by_entity", "personal_values", ["entity_id"])
    add_index("mail_subscriptions_by_owner", "mail_subscriptions", ["owner"])
    add_index("sessions_by_age", "sessions", ["created_at"])
    add_index("log_entries_by_actor", "log_entries", ["actor", "kind"])
