"""
What each table holds of people: one row a table, asked by export and erasure alike.

`subject` names the column with whoever acts under it, `firm` the one with the entry that it belongs to, `of` the table
through which a row is somebody's. A table without a row here fails a test: whoever adds one says whose data it holds.
Source: PIPL (个人信息保护法), articles 45 (copy) and 47 (erasure).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Column, ColumnElement, Table, or_, select

from directory.record import tables
from directory.reminders import Addressee


@dataclass(frozen=True, slots=True)
class Holding:
    """What a table holds of a person.

    Columns that are `secret` are never given out, for they are keys to something; those `apart` are given out as files.
    """

    what: str
    subject: Column[str] | None = None
    firm: Column[str] | None = None
    of: tuple[Column[str], Table] | None = None
    condition: ColumnElement[bool] | None = None
    secret: frozenset[str] = frozenset()
    apart: frozenset[str] = frozenset()
    # What the person alone holds is deleted with the person; the rest is emptied entry by entry.
    of_account: bool = False

    @property
    def personal(self) -> bool:
        """Whether there is anything of a person in it."""
        return any(each is not None for each in (self.subject, self.firm, self.of))


NOTHING = Holding("nothing of a person")
_FOUND = tables.saved_search_matches.c
_ITEMS = tables.mail_items.c

HOLDINGS: Mapping[Table, Holding] = {
    tables.firms: Holding("entries", subject=tables.firms.c.owner),
    tables.firm_accounts: Holding("platform accounts", firm=tables.firm_accounts.c.firm_id),
    tables.firm_keys: Holding("keys that find near duplicates", firm=tables.firm_keys.c.firm_id),
    tables.submissions: Holding(
        "submissions", subject=tables.submissions.c.owner, firm=tables.submissions.c.firm_id
    ),
    tables.blockages: Holding("reports", firm=tables.blockages.c.firm_id),
    tables.evidence_files: Holding(
        "files of reports",
        of=(tables.evidence_files.c.blockage, tables.blockages),
        apart=frozenset({"content"}),
    ),
    tables.contacts: Holding("contact details", firm=tables.contacts.c.firm_id, secret=frozenset({"salt"})),
    tables.personal_values: Holding(
        "earlier values, apart from the log",
        firm=tables.personal_values.c.subject_id,
        secret=frozenset({"salt"}),
    ),
    tables.subjects: Holding("the reference in the log", subject=tables.subjects.c.subject),
    tables.replies: Holding("first results of requests", subject=tables.replies.c.subject, of_account=True),
    tables.notices: Holding(
        "notices",
        subject=tables.notices.c.recipient,
        firm=tables.notices.c.firm_id,
        condition=tables.notices.c.audience == Addressee.SUBJECT.value,
    ),
    tables.notice_readings: Holding(
        "notices read", subject=tables.notice_readings.c.subject, of_account=True
    ),
    tables.standings: Holding("roles last seen", subject=tables.standings.c.subject, of_account=True),
    tables.saved_search_matches: Holding(
        "matches of saved searches", of=(_FOUND.saved_search, tables.saved_searches), of_account=True
    ),
    tables.saved_searches: Holding("saved searches", subject=tables.saved_searches.c.owner, of_account=True),
    tables.machine_keys: Holding(
        "keys of machines",
        subject=tables.machine_keys.c.subject,
        secret=frozenset({"digest"}),
        of_account=True,
    ),
    tables.accounts: Holding("what was granted", subject=tables.accounts.c.subject, of_account=True),
    tables.sessions: Holding(
        "sessions", subject=tables.sessions.c.subject, secret=frozenset({"digest"}), of_account=True
    ),
    tables.deliveries: Holding(
        "deliveries to webhooks", of=(tables.deliveries.c.webhook, tables.webhooks), of_account=True
    ),
    tables.webhooks: Holding(
        "webhooks", subject=tables.webhooks.c.owner, secret=frozenset({"secret"}), of_account=True
    ),
    tables.mail_items: Holding(
        "notices put down for mail", of=(_ITEMS.subscription, tables.mail_subscriptions), of_account=True
    ),
    tables.mails: Holding(
        "mails", of=(tables.mails.c.subscription, tables.mail_subscriptions), of_account=True
    ),
    tables.mail_subscriptions: Holding(
        "the address for mail",
        subject=tables.mail_subscriptions.c.owner,
        secret=frozenset({"confirm_token", "unsubscribe_token"}),
        of_account=True,
    ),
    tables.log_entries: Holding(
        "what was done, by references",
        subject=tables.log_entries.c.actor,
        firm=tables.log_entries.c.entity_id,
    ),
    # A reason of the engine may quote a document; the letter goes when the tombstone is taken.
    tables.dead_letters: Holding("documents that were refused", firm=tables.dead_letters.c.id),
    **dict.fromkeys(
        (
            tables.blockage_desks,
            tables.blocking_points,
            tables.blocking_point_clauses,
            tables.blocking_point_desks,
            tables.matching,
            tables.log_pending,
            tables.log_seals,
            tables.leases,
            tables.index_checks,
        ),
        NOTHING,
    ),
}

# What an erasure empties, by name: to be cleaned afterwards.
ERASABLE = (
    "firms",
    "firm_accounts",
    "firm_keys",
    "submissions",
    "blockages",
    "evidence_files",
    "contacts",
    "personal_values",
    "subjects",
    "replies",
    "notices",
    "notice_readings",
    "standings",
    "saved_searches",
    "saved_search_matches",
    "machine_keys",
    "accounts",
    "sessions",
    "webhooks",
    "deliveries",
    "mail_subscriptions",
    "mails",
    "mail_items",
    "dead_letters",
)


def rows_of_subject(table: Table, subject: str) -> ColumnElement[bool] | None:
    """Which rows are the subject's own; None where the table has none by subject."""
    holding = HOLDINGS[table]
    if holding.of is not None:
        column, parent = holding.of
        owner = HOLDINGS[parent].subject
        return None if owner is None else column.in_(select(parent.c.id).where(owner == subject))
    if holding.subject is None:
        return None
    own = holding.subject == subject
    return own if holding.condition is None else own & holding.condition


def rows_of_person(
    table: Table, subject: str, reference: str, firms: list[str]
) -> ColumnElement[bool] | None:
    """Which rows are of the person: by subject, by the reference in the log, or of one of the person's entries."""
    holding = HOLDINGS[table]
    ways: list[ColumnElement[bool]] = [] if holding.firm is None else [holding.firm.in_(firms)]
    who = reference if table is tables.log_entries else subject
    if (own := rows_of_subject(table, who)) is not None:
        ways.append(own)
    if holding.of is not None and (belongs := HOLDINGS[holding.of[1]].firm) is not None:
        column, parent = holding.of
        ways.append(column.in_(select(parent.c.id).where(belongs.in_(firms))))
    return or_(*ways) if ways else None
