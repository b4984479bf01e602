"""The record: entities, identity, personal values, log, leases."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY = ("log_entries", "log_seals")


def upgrade() -> None:
    """Creates every table, index and trigger."""
    _entities()
    _personal()
    _log()
    _followers()
    for table in APPEND_ONLY:
        if op.get_bind().dialect.name == "postgresql":
            _append_only_on_postgresql(table)
        else:
            _append_only_on_sqlite(table)


def _code(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, CODE, nullable=null)


def _table(name: str, *columns: sa.schema.SchemaItem, key: tuple[str, ...], **options: Any) -> None:
    op.create_table(name, *columns, sa.PrimaryKeyConstraint(*key, name=f"{name}_pkey"), **options)


def _refers(column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to])


def _entity(name: str, *look_ups: sa.schema.SchemaItem) -> None:
    _table(
        name,
        _code("id"),
        sa.Column("version", sa.Integer, nullable=False),
        *look_ups,
        sa.Column("erased", sa.Boolean, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        key=("id",),
    )


def _entities() -> None:
    _entity(
        "firms",
        _code("entry_number"),
        _code("uscc", null=True),
        sa.Column("live", sa.Boolean, nullable=False),
        *(_code(name, null=True) for name in ("owner", "status", "region", "merged_into")),
        *(_code(name) for name in ("created_at", "updated_at")),
        _refers("merged_into", "firms.id"),
    )
    op.create_index("firms_entry_number", "firms", ["entry_number"], unique=True)
    live = sa.text("live")
    op.create_index(
        "firms_live_uscc", "firms", ["uscc"], unique=True, postgresql_where=live, sqlite_where=live
    )
    op.create_index("firms_by_uscc", "firms", ["uscc"])
    op.create_index("firms_by_owner", "firms", ["owner", "created_at"])

    _table(
        "firm_accounts",
        *(_code(name) for name in ("account_key", "firm_id")),
        _refers("firm_id", "firms.id"),
        key=("account_key",),
    )
    op.create_index("firm_accounts_by_firm", "firm_accounts", ["firm_id"])
    _table(
        "firm_keys",
        *(_code(name) for name in ("key", "firm_id")),
        _refers("firm_id", "firms.id"),
        key=("key", "firm_id"),
    )
    op.create_index("firm_keys_by_firm", "firm_keys", ["firm_id"])

    _entity(
        "submissions",
        _code("firm_id"),
        *(_code(name, null=True) for name in ("owner", "status", "region")),
        *(_code(name) for name in ("created_at", "updated_at")),
        _code("notice_ends_at", null=True),
    )
    op.create_index("submissions_by_firm", "submissions", ["firm_id", "created_at"])
    op.create_index("submissions_by_owner", "submissions", ["owner", "updated_at"])
    op.create_index("submissions_by_status", "submissions", ["status", "updated_at", "id"])
    op.create_index("submissions_by_notice", "submissions", ["status", "notice_ends_at"])

    _entity(
        "blockages",
        *(_code(name) for name in ("reference", "firm_id")),
        *(_code(name, null=True) for name in ("status", "agency", "region")),
        *(_code(name) for name in ("reported_at", "updated_at")),
        _code("confirm_due_at", null=True),
        _refers("firm_id", "firms.id"),
    )
    op.create_index("blockages_reference", "blockages", ["reference"], unique=True)
    op.create_index("blockages_by_firm", "blockages", ["firm_id", "reported_at"])
    op.create_index("blockages_by_report", "blockages", ["reported_at", "id"])
    op.create_index("blockages_by_confirm", "blockages", ["status", "confirm_due_at"])


def _personal() -> None:
    _table(
        "contacts",
        *(_code(name) for name in ("ref", "firm_id")),
        *(sa.Column(name, sa.Text) for name in ("person", "phone", "email", "address")),
        _code("salt"),
        key=("ref",),
    )
    op.create_index("contacts_by_firm", "contacts", ["firm_id"])
    _table(
        "personal_values",
        *(_code(name) for name in ("ref", "subject_id", "entity_id", "field")),
        sa.Column("value", sa.Text, nullable=False),
        _code("salt"),
        key=("ref",),
    )
    op.create_index("personal_values_by_subject", "personal_values", ["subject_id"])


def _log() -> None:
    _table(
        "log_entries",
        sa.Column("id", COUNTER, autoincrement=True, nullable=False),
        *(_code(name) for name in ("at", "actor", "kind", "entity_type", "entity_id")),
        sa.Column("entity_version", sa.Integer, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        key=("id",),
        sqlite_autoincrement=True,
    )
    op.create_index("log_entries_by_entity", "log_entries", ["entity_id", "id"])
    op.create_index("log_entries_by_kind", "log_entries", ["kind", "id"])
    _table(
        "log_pending",
        sa.Column("entry_id", COUNTER, autoincrement=False, nullable=False),
        sa.Column("xid", sa.BigInteger, nullable=False),
        _refers("entry_id", "log_entries.id"),
        key=("entry_id",),
    )
    op.create_index("log_pending_in_order", "log_pending", ["xid", "entry_id"])
    _table(
        "log_seals",
        sa.Column("position", COUNTER, autoincrement=False, nullable=False),
        sa.Column("entry_id", COUNTER, nullable=False),
        _code("digest"),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("sealed_at", sa.Float(53), nullable=False),
        _refers("entry_id", "log_entries.id"),
        key=("position",),
    )
    op.create_index("log_seals_entry", "log_seals", ["entry_id"], unique=True)


def _followers() -> None:
    _table(
        "replies",
        *(_code(name) for name in ("subject", "key", "operation", "body_digest")),
        sa.Column("outcome", sa.Text, nullable=False),
        _code("at"),
        key=("subject", "key"),
    )
    op.create_index("replies_by_age", "replies", ["at"])
    _table(
        "leases",
        _code("name"),
        _code("holder", null=True),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("expires_at", sa.Float(53), nullable=False),
        key=("name",),
    )
    _table(
        "checkpoints",
        _code("name"),
        sa.Column("position", COUNTER, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        key=("name",),
    )
    _table(
        "dead_letters",
        *(_code(name) for name in ("id", "kind")),
        sa.Column("version", COUNTER, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        _code("at"),
        key=("id", "kind"),
    )


def _append_only_on_sqlite(table: str) -> None:
    refusal = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refusal}")
    op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refusal}")
    # REPLACE deletes the row in its way without asking the trigger above.
    key = "id" if table == "log_entries" else "position"
    taken = f"EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"  # noqa: S608 - names from this module
    op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {taken} {refusal}")


def _append_only_on_postgresql(table: str) -> None:
    op.execute(
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()"
    )
