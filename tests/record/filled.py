"""A large record, filled by statements: as many rows as let a planner see that reading them all is dear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from directory.entities import Entity, dump
from directory.mail import MailMode
from directory.record.encoding import json_text
from directory.reminders import Addressee
from directory.retention import ENDED_REPORTS, ENDED_SUBMISSIONS
from directory.saved_searches import MatchKind
from directory.states import BlockageStatus, Language, SubmissionStatus
from directory.webhooks import DeliveryState
from tests.factories import make_blockage, make_firm, make_point, make_submission
from tests.measure import FULL

ROWS = 50_000 if FULL else 6_000
# All instants of the filled record lie before this one, but for what is not due yet.
AFTERWARDS = "2026"

Columns = Mapping[str, str]


def picked(*values: str) -> str:
    """One of the values a row, in turn."""
    cases = " ".join(f"WHEN {number} THEN '{value}'" for number, value in enumerate(values))
    return f"CASE i % {len(values)} {cases} END"


def seldom(value: str, otherwise: str, every: int = 50) -> str:
    """The value in one row of `every`, else the other."""
    return f"CASE WHEN i % {every} = 0 THEN {value} ELSE {otherwise} END"


def mostly(usual: Sequence[str], rare: Sequence[str]) -> str:
    """One of the usual values in nineteen rows of twenty."""
    return f"CASE WHEN i % 20 = 0 THEN ({picked(*rare)}) ELSE ({picked(*usual)}) END"


def named(prefix: str, most: int = ROWS) -> str:
    """An id that begins so; of so many different ones."""
    return f"'{prefix}-' || (1 + i % {most})" if most < ROWS else f"'{prefix}-' || i"


def instant(first_year: int = 16, years: int = 9) -> str:
    """An instant in one of some years from 2000 + `first_year` on."""
    return f"'20' || ({first_year} + i % {years}) || '-0' || (1 + i % 9) || '-1' || (i % 10) || 'T00:00:00.000000Z'"


PAST, COMING = instant(), instant(27, 9)
DUE = seldom(PAST, COMING, 200)
ENTITY = {"version": "1", "erased": "false"}


def _enders(ended: frozenset[SubmissionStatus] | frozenset[BlockageStatus]) -> list[str]:
    return sorted(each.value for each in ended)


_OPEN_SUBMISSIONS = [each.value for each in SubmissionStatus if each not in ENDED_SUBMISSIONS]
_OPEN_REPORTS = [each.value for each in BlockageStatus if each not in ENDED_REPORTS]

FILLED: Mapping[str, Columns] = {
    "firms": {
        "id": named("firm"),
        "entry_number": named("number"),
        "uscc": named("uscc"),
        "live": "true",
        "owner": named("owner", 5000),
        "status": mostly(["LISTED"], ["SUSPENDED", "DELISTED"]),
        "region": picked("330100", "110000", "440300", "510100"),
        "merged_into": seldom("'firm-1'", "NULL", 500),
        "created_at": PAST,
        "updated_at": PAST,
        "confirmed_at": instant(25, 1),
        **ENTITY,
    },
    "firm_accounts": {"account_key": named("account"), "firm_id": named("firm")},
    "firm_keys": {"key": named("key", 7000), "firm_id": named("firm")},
    "submissions": {
        "id": named("submission"),
        "firm_id": named("firm"),
        "owner": named("owner", 5000),
        "status": mostly(["APPROVED", *_enders(ENDED_SUBMISSIONS)], _OPEN_SUBMISSIONS),
        "region": picked("330100", "110000", "440300", "510100"),
        "created_at": PAST,
        "updated_at": PAST,
        "notice_ends_at": seldom(PAST, "NULL"),
        "since": PAST,
        "waits_for_year": seldom("2027", "NULL", 500),
        **ENTITY,
    },
    "blocking_points": {
        "id": named("point"),
        "reference": named("reference"),
        "status": picked("OPEN", "IN_PROGRESS", "RESOLVED"),
        "merged_into": "NULL",
        "created_at": PAST,
        "updated_at": PAST,
        **ENTITY,
    },
    "blocking_point_clauses": {"clause": named("clause", 4000), "blocking_point": named("point")},
    "blocking_point_desks": {"desk": named("agency", 3000), "blocking_point": named("point")},
    "blockages": {
        "id": named("report"),
        "reference": named("reference"),
        "firm_id": named("firm"),
        "status": mostly(_enders(ENDED_REPORTS), _OPEN_REPORTS),
        "agency": named("agency", 300),
        "region": picked("330100", "110000", "440300", "510100"),
        "reported_at": PAST,
        "updated_at": PAST,
        **dict.fromkeys(("confirm_due_at", "handling_due_at", "resolve_due_at"), seldom(DUE, "NULL", 20)),
        "reply_due_at": seldom(DUE, "NULL", 100),
        "since": PAST,
        "signs": "''",
        "supervised": "(i % 100 = 0)",
        "call_back": "(i % 200 = 0)",
        "waits_for_year": seldom("2027", "NULL", 500),
        "blocking_point": seldom(named("point", 500), "NULL", 10),
        **ENTITY,
    },
    "evidence_files": {
        "id": named("file"),
        "blockage": named("report"),
        "sha256": named("digest"),
        "content": "NULL",
    },
    "blockage_desks": {"desk": named("agency", 3000), "blockage": named("report"), "due_at": DUE},
    "contacts": {"ref": named("contact"), "firm_id": named("firm"), "salt": "'salt'"},
    "personal_values": {
        "ref": named("value"),
        "subject_id": named("firm"),
        "entity_id": named("report"),
        "field": "'title'",
        "value": "'\"-\"'",
        "salt": "'salt'",
    },
    "subjects": {"ref": "'person:' || i", "subject": named("owner")},
    "replies": {
        "subject": named("owner", 5000),
        "key": named("key"),
        "operation": "'submitFirm'",
        "body_digest": "'digest'",
        "outcome": "'{}'",
        "at": instant(25, 1),
    },
    "notices": {
        "position": "i",
        "audience": mostly([Addressee.SUBJECT.value], [each.value for each in Addressee]),
        "recipient": named("owner", 5000),
        "rule": picked("notice.due", "notice.told"),
        "entity_type": "'firm'",
        "entity_id": named("firm"),
        "firm_id": named("firm"),
        "due_at": PAST,
        "at": PAST,
        "params": "'{}'",
    },
    "notice_readings": {"subject": named("owner", 5000), "position": "i"},
    "saved_searches": {
        "id": named("search"),
        "owner": named("owner", 5000),
        "name": "'search'",
        "filter": "'{}'",
        "position": "i",
        "created_at": PAST,
    },
    "saved_search_matches": {
        "saved_search": named("search", 500),
        "position": "i",
        "blockage": named("report"),
        "kind": f"'{MatchKind.NEW.value}'",
        "at": PAST,
    },
    "sessions": {
        "digest": named("digest"),
        "issuer": "'issuer'",
        "subject": named("owner"),
        "roles": "'FIRM'",
        "display_name": "''",
        "account_version": "0",
        "created_at": PAST,
        "used_at": PAST,
    },
    "webhooks": {
        "id": named("webhook"),
        "owner": named("owner", 5000),
        "url": "'https://example.cn/'",
        "secret": "''",
        "created_at": PAST,
        "enabled": "true",
    },
    "deliveries": {
        "id": named("delivery"),
        "webhook": named("webhook", 500),
        "notice": "i",
        "at": PAST,
        "due_at": seldom(PAST, "NULL", 100),
        "state": seldom(f"'{DeliveryState.PENDING.value}'", f"'{DeliveryState.DELIVERED.value}'", 100),
        "attempts": "0",
    },
    "mail_subscriptions": {
        "id": named("subscription"),
        "owner": named("owner"),
        "address": "'a@example.cn'",
        "language": f"'{Language.ZH.value}'",
        "mode": f"'{MailMode.AT_ONCE.value}'",
        "hour": "8",
        "created_at": PAST,
        "confirm_token": named("token"),
        "unsubscribe_token": named("token"),
        "confirmed_at": PAST,
        "enabled": "true",
    },
    "mails": {
        "id": named("mail"),
        "subscription": named("subscription"),
        "confirmation": "false",
        "at": PAST,
        "due_at": seldom(PAST, "NULL", 100),
        "state": seldom(f"'{DeliveryState.PENDING.value}'", f"'{DeliveryState.DELIVERED.value}'", 100),
        "attempts": "0",
    },
    "mail_items": {
        "subscription": named("subscription"),
        "notice": "i",
        "due_at": PAST,
        "mail": seldom("NULL", named("mail"), 500),
    },
    "log_entries": {
        "id": "i",
        "at": PAST,
        "actor": "'person:' || (1 + i % 3000)",
        "kind": mostly(["firm:submitted", "blockage:reported"], ["contact:viewed", "firm:erased"]),
        "entity_type": seldom("'person'", "'firm'", 20),
        "entity_id": named("firm", 10_000),
        "entity_version": "1",
        "payload": f"""'{{"changes": [], "data": {{"note": "{"x" * 600}"}}}}'""",
    },
    "log_seals": {
        "position": "i",
        "entry_id": "i",
        "digest": "'digest'",
        "epoch": "1",
        "sealed_at": "0.0",
    },
}

STATES: Mapping[str, Entity] = {
    "firms": make_firm(),
    "submissions": make_submission(),
    "blocking_points": make_point(),
    "blockages": make_blockage(),
}
# Written by a user with all rights it need not be looked up for each row what the row refers to.
TRUSTED = (
    "SELECT set_config('session_replication_role', 'replica', true) FROM pg_user "
    "WHERE usename = current_user AND usesuper"
)


async def fill(url: str) -> None:
    """Puts `ROWS` rows into each large table, and lets the planner count them."""
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            await connection.execute(text(TRUSTED))
        for table, columns in FILLED.items():
            await _fill(connection, table, columns)
        await connection.execute(text("ANALYZE"))
    await engine.dispose()


async def _fill(connection: AsyncConnection, table: str, columns: Columns) -> None:
    numbers = f"WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < {ROWS})"
    if table in STATES:
        columns = {**columns, "state": _state(STATES[table])}
    into = f"INSERT INTO {table} ({', '.join(columns)})"
    await connection.exec_driver_sql(f"{into} {numbers} SELECT {', '.join(columns.values())} FROM numbers")


def _state(entity: Entity) -> str:
    """The entity's state, of another entry in each row."""
    literal = "'" + json_text(dump(entity)).replace("'", "''") + "'"
    firm_id = getattr(entity, "firm_id", None)
    return literal.replace(firm_id, f"' || {named('firm')} || '") if firm_id else literal
