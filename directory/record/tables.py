"""
The tables of the record.

An entity is one row: look-up columns beside its whole state as JSON text. Identity is held by unique indexes: one live
entry per USCC (`firms_live_uscc`), one live freelancer per platform account (primary key of `firm_accounts`).
Codes sort by code point on both databases; instants are texts of fixed width in UTC and sort as such.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)
from sqlalchemy.types import TypeEngine

from directory.record.clock import DatabaseClock

metadata = MetaData()

Code = Text().with_variant(Text(collation="C"), "postgresql")
Counter: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")


def _entities(name: str, *look_ups: Column[Any]) -> Table:
    """A table of entities; an erased one keeps its row, without state and look-ups."""
    return Table(
        name,
        metadata,
        Column("id", Code, primary_key=True),
        Column("version", Integer, nullable=False),
        *look_ups,
        Column("erased", Boolean, nullable=False, default=False),
        Column("state", Text, nullable=False),
    )


def _listing(name: str, under: str, entity: str, *look_ups: Column[Any]) -> Table:
    """A table that lists entities under codes, each once under a code."""
    listed = Column(entity, Code, ForeignKey(f"{entity}s.id"), primary_key=True)
    return Table(name, metadata, Column(under, Code, primary_key=True), listed, *look_ups)


def _of_firm(**options: Any) -> Column[Any]:
    return Column("firm_id", Code, ForeignKey("firms.id"), nullable=False, **options)


firms = _entities(
    "firms",
    Column("entry_number", Code, nullable=False),
    Column("uscc", Code),
    Column("live", Boolean, nullable=False),
    Column("owner", Code),
    Column("status", Code),
    Column("region", Code),
    Column("merged_into", Code, ForeignKey("firms.id")),
    Column("created_at", Code, nullable=False),
    Column("updated_at", Code, nullable=False),
    Column("confirmed_at", Code),
)
Index("firms_by_confirmation", firms.c.status, firms.c.confirmed_at)
Index("firms_entry_number", firms.c.entry_number, unique=True)
_LIVE = text("live")
Index("firms_live_uscc", firms.c.uscc, unique=True, postgresql_where=_LIVE, sqlite_where=_LIVE)
Index("firms_by_uscc", firms.c.uscc)
Index("firms_by_owner", firms.c.owner, firms.c.created_at)
Index("firms_by_change", firms.c.status, firms.c.updated_at, firms.c.id)
_MERGED = firms.c.merged_into.is_not(None)
Index("firms_by_survivor", firms.c.merged_into, postgresql_where=_MERGED, sqlite_where=_MERGED)

firm_accounts = Table("firm_accounts", metadata, Column("account_key", Code, primary_key=True), _of_firm())
Index("firm_accounts_by_firm", firm_accounts.c.firm_id)

firm_keys = Table("firm_keys", metadata, Column("key", Code, primary_key=True), _of_firm(primary_key=True))
Index("firm_keys_by_firm", firm_keys.c.firm_id)

submissions = _entities(
    "submissions",
    # No foreign key: a draft carries the id of an entry that exists only once it is handed in.
    Column("firm_id", Code, nullable=False),
    Column("owner", Code),
    Column("status", Code),
    Column("region", Code),
    Column("created_at", Code, nullable=False),
    Column("updated_at", Code, nullable=False),
    Column("notice_ends_at", Code),
    Column("since", Code),
    Column("waits_for_year", Integer),
)
Index("submissions_by_year", submissions.c.waits_for_year)
Index("submissions_by_state", submissions.c.status, submissions.c.since)
Index("submissions_by_firm", submissions.c.firm_id, submissions.c.created_at)
Index("submissions_by_owner", submissions.c.owner, submissions.c.updated_at)
Index("submissions_by_status", submissions.c.status, submissions.c.updated_at, submissions.c.id)
Index("submissions_by_notice", submissions.c.status, submissions.c.notice_ends_at)

blockages = _entities(
    "blockages",
    Column("reference", Code, nullable=False),
    _of_firm(),
    Column("status", Code),
    Column("agency", Code),
    Column("region", Code),
    Column("reported_at", Code, nullable=False),
    Column("updated_at", Code, nullable=False),
    Column("confirm_due_at", Code),
    Column("handling_due_at", Code),
    Column("resolve_due_at", Code),
    Column("reply_due_at", Code),
    Column("since", Code),
    Column("signs", Code),
    Column("supervised", Boolean),
    Column("call_back", Boolean),
    Column("waits_for_year", Integer),
    Column("blocking_point", Code),
)
Index("blockages_reference", blockages.c.reference, unique=True)
Index("blockages_by_firm", blockages.c.firm_id, blockages.c.reported_at)
Index("blockages_by_report", blockages.c.reported_at, blockages.c.id)
Index("blockages_by_confirm", blockages.c.status, blockages.c.confirm_due_at)
Index("blockages_by_handling", blockages.c.handling_due_at, blockages.c.id)
Index("blockages_by_resolve", blockages.c.supervised, blockages.c.resolve_due_at)
Index("blockages_by_reply", blockages.c.reply_due_at)
Index("blockages_by_state", blockages.c.status, blockages.c.since)
Index("blockages_by_agency", blockages.c.agency, blockages.c.handling_due_at)
Index("blockages_by_call_back", blockages.c.call_back, blockages.c.since)
Index("blockages_by_year", blockages.c.waits_for_year)
Index("blockages_by_point", blockages.c.blocking_point)
Index("blockages_by_change", blockages.c.status, blockages.c.updated_at, blockages.c.id)

blockage_desks = _listing("blockage_desks", "desk", "blockage", Column("due_at", Code, nullable=False))
Index("blockage_desks_by_due", blockage_desks.c.desk, blockage_desks.c.due_at, blockage_desks.c.blockage)
Index("blockage_desks_by_report", blockage_desks.c.blockage)

# What is in the files of reports; of one that was taken back the row says that it was there.
evidence_files = Table(
    "evidence_files",
    metadata,
    Column("id", Code, primary_key=True),
    Column("blockage", Code, ForeignKey("blockages.id"), nullable=False),
    Column("sha256", Code),
    Column("content", LargeBinary),
)
Index("evidence_files_by_content", evidence_files.c.blockage, evidence_files.c.sha256, unique=True)

blocking_points = _entities(
    "blocking_points",
    Column("reference", Code, nullable=False),
    Column("status", Code),
    Column("merged_into", Code, ForeignKey("blocking_points.id")),
    Column("created_at", Code, nullable=False),
    Column("updated_at", Code, nullable=False),
)
Index("blocking_points_reference", blocking_points.c.reference, unique=True)

blocking_point_clauses = _listing("blocking_point_clauses", "clause", "blocking_point")
Index("blocking_point_clauses_by_point", blocking_point_clauses.c.blocking_point)

blocking_point_desks = _listing("blocking_point_desks", "desk", "blocking_point")
Index("blocking_point_desks_by_point", blocking_point_desks.c.blocking_point)

contacts = Table(
    "contacts",
    metadata,
    Column("ref", Code, primary_key=True),
    Column("firm_id", Code, nullable=False),
    Column("person", Text),
    Column("phone", Text),
    Column("email", Text),
    Column("address", Text),
    Column("salt", Code, nullable=False),
)
Index("contacts_by_firm", contacts.c.firm_id)

personal_values = Table(
    "personal_values",
    metadata,
    Column("ref", Code, primary_key=True),
    Column("subject_id", Code, nullable=False),
    Column("entity_id", Code, nullable=False),
    Column("field", Code, nullable=False),
    Column("value", Text, nullable=False),
    Column("salt", Code, nullable=False),
)
Index("personal_values_by_subject", personal_values.c.subject_id)
Index("personal_values_by_entity", personal_values.c.entity_id)

subjects = Table(
    "subjects",
    metadata,
    Column("ref", Code, primary_key=True),
    Column("subject", Code, nullable=False),
)
Index("subjects_by_subject", subjects.c.subject, unique=True)

replies = Table(
    "replies",
    metadata,
    Column("subject", Code, primary_key=True),
    Column("key", Code, primary_key=True),
    Column("operation", Code, nullable=False),
    Column("body_digest", Code, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("at", Code, nullable=False),
)
Index("replies_by_age", replies.c.at)

notices = Table(
    "notices",
    metadata,
    Column("position", Counter, primary_key=True, autoincrement=True),
    Column("audience", Code, nullable=False),
    Column("recipient", Code, nullable=False),
    Column("rule", Code, nullable=False),
    Column("entity_type", Code, nullable=False),
    Column("entity_id", Code, nullable=False),
    # No foreign key: a draft carries the id of an entry that exists only once it is handed in.
    Column("firm_id", Code, nullable=False),
    Column("due_at", Code, nullable=False),
    Column("at", Code, nullable=False),
    Column("params", Text, nullable=False),
    sqlite_autoincrement=True,
)
Index(
    "notices_once",
    notices.c.entity_id,
    notices.c.rule,
    notices.c.due_at,
    notices.c.audience,
    notices.c.recipient,
    unique=True,
)
Index("notices_by_recipient", notices.c.audience, notices.c.recipient, notices.c.position)
Index("notices_by_firm", notices.c.firm_id)

notice_readings = Table(
    "notice_readings",
    metadata,
    Column("subject", Code, primary_key=True),
    Column("position", Counter, ForeignKey("notices.position"), primary_key=True, autoincrement=False),
)
Index("notice_readings_by_notice", notice_readings.c.position)

standings = Table(
    "standings",
    metadata,
    Column("subject", Code, primary_key=True),
    Column("roles", Text, nullable=False),
    Column("agency", Code),
    Column("region", Code),
    Column("seen_at", Code, nullable=False),
)

saved_searches = Table(
    "saved_searches",
    metadata,
    Column("id", Code, primary_key=True),
    Column("owner", Code, nullable=False),
    Column("name", Text, nullable=False),
    Column("filter", Text, nullable=False),
    Column("position", Counter, nullable=False),
    Column("created_at", Code, nullable=False),
)
Index("saved_searches_by_owner", saved_searches.c.owner, saved_searches.c.created_at)

saved_search_matches = Table(
    "saved_search_matches",
    metadata,
    Column("saved_search", Code, ForeignKey("saved_searches.id"), primary_key=True),
    Column("position", Counter, primary_key=True, autoincrement=False),
    Column("blockage", Code, ForeignKey("blockages.id"), primary_key=True),
    Column("kind", Code, nullable=False),
    Column("at", Code, nullable=False),
)
Index("saved_search_matches_by_report", saved_search_matches.c.blockage, saved_search_matches.c.saved_search)
Index("saved_search_matches_by_age", saved_search_matches.c.at)

matching = Table(
    "matching",
    metadata,
    Column("name", Code, primary_key=True),
    Column("position", Counter, nullable=False),
)

machine_keys = Table(
    "machine_keys",
    metadata,
    Column("id", Code, primary_key=True),
    Column("digest", Code, nullable=False),
    Column("subject", Code, nullable=False),
    Column("roles", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("agency", Code),
    Column("region", Code),
    Column("created_at", Code, nullable=False),
    Column("expires_at", Code, nullable=False),
    Column("revoked_at", Code),
    Column("last_used_on", Code),
)
Index("machine_keys_digest", machine_keys.c.digest, unique=True)

accounts = Table(
    "accounts",
    metadata,
    Column("id", Code, primary_key=True),
    Column("issuer", Code, nullable=False),
    Column("subject", Code, nullable=False),
    Column("roles", Text, nullable=False),
    Column("agency", Code),
    Column("region", Code),
    Column("disabled", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_at", Code, nullable=False),
)
Index("accounts_by_subject", accounts.c.issuer, accounts.c.subject, unique=True)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", Code, primary_key=True),
    Column("issuer", Code, nullable=False),
    Column("subject", Code, nullable=False),
    Column("roles", Text, nullable=False),
    Column("agency", Code),
    Column("region", Code),
    Column("display_name", Text, nullable=False),
    Column("account_version", Integer, nullable=False),
    Column("created_at", Code, nullable=False),
    Column("used_at", Code, nullable=False),
    Column("display_name_en", Text),
)
Index("sessions_by_subject", sessions.c.issuer, sessions.c.subject, sessions.c.created_at)
Index("sessions_by_use", sessions.c.used_at)
Index("sessions_by_age", sessions.c.created_at)

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", Code, primary_key=True),
    Column("owner", Code, nullable=False),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("created_at", Code, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("failing_since", Code),
)
Index("webhooks_by_owner", webhooks.c.owner, webhooks.c.created_at)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Code, primary_key=True),
    Column("webhook", Code, ForeignKey("webhooks.id"), nullable=False),
    Column("notice", Counter, ForeignKey("notices.position")),
    Column("at", Code, nullable=False),
    Column("due_at", Code),
    Column("state", Code, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("status", Integer),
)
Index("deliveries_by_due", deliveries.c.state, deliveries.c.due_at)
Index("deliveries_by_webhook", deliveries.c.webhook, deliveries.c.at)
Index("deliveries_by_notice", deliveries.c.notice)
Index("deliveries_by_age", deliveries.c.at)

mail_subscriptions = Table(
    "mail_subscriptions",
    metadata,
    Column("id", Code, primary_key=True),
    Column("owner", Code, nullable=False),
    Column("address", Text, nullable=False),
    Column("language", Code, nullable=False),
    Column("mode", Code, nullable=False),
    Column("hour", Integer, nullable=False),
    Column("created_at", Code, nullable=False),
    Column("confirm_token", Code, nullable=False),
    Column("unsubscribe_token", Code, nullable=False),
    Column("confirmed_at", Code),
    Column("enabled", Boolean, nullable=False),
)
# An owner has at most one address that stands, and one that is asked for.
for _name, _which in (
    ("standing", mail_subscriptions.c.confirmed_at.is_not(None)),
    ("asked", mail_subscriptions.c.confirmed_at.is_(None)),
):
    Index(
        f"mail_subscriptions_{_name}",
        mail_subscriptions.c.owner,
        unique=True,
        sqlite_where=_which,
        postgresql_where=_which,
    )
Index("mail_subscriptions_by_owner", mail_subscriptions.c.owner)
Index("mail_subscriptions_by_token", mail_subscriptions.c.unsubscribe_token, unique=True)

mails = Table(
    "mails",
    metadata,
    Column("id", Code, primary_key=True),
    Column("subscription", Code, ForeignKey("mail_subscriptions.id"), nullable=False),
    Column("confirmation", Boolean, nullable=False),
    Column("at", Code, nullable=False),
    Column("due_at", Code),
    Column("state", Code, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("status", Integer),
)
Index("mails_by_due", mails.c.state, mails.c.due_at)
Index("mails_by_subscription", mails.c.subscription)
Index("mails_by_age", mails.c.at)

mail_items = Table(
    "mail_items",
    metadata,
    Column("subscription", Code, ForeignKey("mail_subscriptions.id"), primary_key=True),
    Column("notice", Counter, ForeignKey("notices.position"), primary_key=True),
    Column("due_at", Code, nullable=False),
    Column("mail", Code, ForeignKey("mails.id")),
)
Index("mail_items_by_due", mail_items.c.mail, mail_items.c.due_at)
Index("mail_items_by_notice", mail_items.c.notice)

log_entries = Table(
    "log_entries",
    metadata,
    Column("id", Counter, primary_key=True, autoincrement=True),
    Column("at", Code, nullable=False),
    Column("actor", Code, nullable=False),
    Column("kind", Code, nullable=False),
    Column("entity_type", Code, nullable=False),
    Column("entity_id", Code, nullable=False),
    Column("entity_version", Integer, nullable=False),
    Column("payload", Text, nullable=False),
    sqlite_autoincrement=True,
)
Index("log_entries_by_entity", log_entries.c.entity_id, log_entries.c.id)
Index("log_entries_by_kind", log_entries.c.kind, log_entries.c.id)
Index("log_entries_by_actor", log_entries.c.actor, log_entries.c.kind)

log_pending = Table(
    "log_pending",
    metadata,
    Column("entry_id", Counter, ForeignKey("log_entries.id"), primary_key=True, autoincrement=False),
    Column("xid", BigInteger, nullable=False),
    Column("written_at", Float(53), default=DatabaseClock()),
)
Index("log_pending_in_order", log_pending.c.xid, log_pending.c.entry_id)

log_seals = Table(
    "log_seals",
    metadata,
    Column("position", Counter, primary_key=True, autoincrement=False),
    Column("entry_id", Counter, ForeignKey("log_entries.id"), nullable=False),
    Column("digest", Code, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("sealed_at", Float(53), nullable=False, default=DatabaseClock()),
)
Index("log_seals_entry", log_seals.c.entry_id, unique=True)

leases = Table(
    "leases",
    metadata,
    Column("name", Code, primary_key=True),
    Column("holder", Code),
    Column("epoch", Integer, nullable=False),
    Column("expires_at", Float(53), nullable=False),
)

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("id", Code, primary_key=True),
    Column("kind", Code, primary_key=True),
    Column("version", Counter, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Code, nullable=False),
)

index_checks = Table(
    "index_checks",
    metadata,
    Column("engine", Code, primary_key=True),
    Column("generation", Code),
    Column("at", Code, nullable=False),
    Column("compared", Integer, nullable=False),
    Column("differing", Integer, nullable=False),
)
