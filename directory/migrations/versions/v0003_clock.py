"""What the clock asks for: look-ups of limits and states, and the notices it sends."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SHANGHAI = timezone(timedelta(hours=8))
AT_ONCE = 1000

Values = Mapping[str, Any]
State = Mapping[str, Any]


def upgrade() -> None:
    """Adds the look-ups, fills them from what is kept, and makes the tables of notices."""
    for table, columns in {
        "firms": ("confirmed_at",),
        "submissions": ("since",),
        "blockages": ("handling_due_at", "resolve_due_at", "reply_due_at", "since", "signs"),
    }.items():
        for name in columns:
            op.add_column(table, sa.Column(name, CODE, nullable=True))
    op.add_column("blockages", sa.Column("supervised", sa.Boolean, nullable=True))
    op.add_column("blockages", sa.Column("call_back", sa.Boolean, nullable=True))
    op.add_column("blockages", sa.Column("waits_for_year", sa.Integer, nullable=True))
    _fill("firms", _of_firm)
    _fill("submissions", _of_submission)
    _fill("blockages", _of_blockage)
    op.create_index("firms_by_confirmation", "firms", ["status", "confirmed_at"])
    op.create_index("submissions_by_state", "submissions", ["status", "since"])
    op.create_index("blockages_by_handling", "blockages", ["handling_due_at", "id"])
    op.create_index("blockages_by_resolve", "blockages", ["supervised", "resolve_due_at"])
    op.create_index("blockages_by_reply", "blockages", ["reply_due_at"])
    op.create_index("blockages_by_state", "blockages", ["status", "since"])
    op.create_index("blockages_by_agency", "blockages", ["agency", "handling_due_at"])
    op.create_index("blockages_by_call_back", "blockages", ["call_back", "since"])
    op.create_index("blockages_by_year", "blockages", ["waits_for_year"])
    _notices()


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("position", COUNTER, autoincrement=True, nullable=False),
        *(
            sa.Column(name, CODE, nullable=False)
            for name in (
                "audience",
                "recipient",
                "rule",
                "entity_type",
                "entity_id",
                "firm_id",
                "due_at",
                "at",
            )
        ),
        sa.Column("params", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("position", name="notices_pkey"),
        sqlite_autoincrement=True,
    )
    once = ["entity_id", "rule", "due_at", "audience", "recipient"]
    op.create_index("notices_once", "notices", once, unique=True)
    op.create_index("notices_by_recipient", "notices", ["audience", "recipient", "position"])
    op.create_index("notices_by_firm", "notices", ["firm_id"])
    op.create_table(
        "notice_readings",
        sa.Column("subject", CODE, nullable=False),
        sa.Column("position", COUNTER, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("subject", "position", name="notice_readings_pkey"),
        sa.ForeignKeyConstraint(["position"], ["notices.position"]),
    )
    op.create_index("notice_readings_by_notice", "notice_readings", ["position"])


def _fill(name: str, look_ups: Callable[[State], Values]) -> None:
    connection = op.get_bind()
    table = sa.table(name, *(sa.column(each) for each in ("id", "state", "erased")))
    for row in _rows(connection, table):
        values = look_ups(json.loads(row.state))
        writable = sa.table(name, *(sa.column(each) for each in ("id", *values)))
        connection.execute(sa.update(writable).where(writable.c.id == row.id).values(dict(values)))


def _rows(connection: sa.Connection, table: sa.TableClause) -> Iterator[sa.Row[Any, Any]]:
    last = ""
    while True:
        some = sa.select(table.c.id, table.c.state).where(table.c.id > last, table.c.erased.is_not(sa.true()))
        rows = connection.execute(some.order_by(table.c.id).limit(AT_ONCE)).all()
        if not rows:
            return
        yield from rows
        last = rows[-1].id


def _of_firm(state: State) -> Values:
    return {"confirmed_at": None if state.get("merged_into") else _instant(state.get("confirmed_at"))}


def _of_submission(state: State) -> Values:
    since = {
        "DRAFT": "created_at",
        "SUBMITTED": "submitted_at",
        "UNDER_REVIEW": "taken_at",
        "CHANGES_REQUESTED": "changes_requested_at",
        "PUBLIC_NOTICE": "notice_started_at",
    }.get(state["status"])
    return {"since": _instant(state.get(since)) if since else None}


def _of_blockage(state: State) -> Values:
    running = [each for each in state["deadlines"] if each["met_at"] is None and not each["void"]]
    ends = {each["stage"]: _instant(each["due_at"]) for each in running}
    years = [_year(each["due_at"]) for each in running if each["provisional"]]
    handling = [end for stage, end in ends.items() if stage != "confirm" and end]
    return {
        "handling_due_at": min(handling, default=None),
        "resolve_due_at": ends.get("resolve"),
        "reply_due_at": None,
        "since": _since(state),
        "supervised": state["supervised"],
        "signs": _signs(state),
        "call_back": state["withdrawal_asked_by_agency"] is True,
        "waits_for_year": min(years, default=None),
    }


def _signs(state: State) -> str:
    agencies = [each["holder"] for each in state["holdings"] if each["holder"] not in ("triage", "reporter")]
    stays = [after for before, after in pairwise(["", *agencies]) if before != after]
    shows = {
        "PING_PONG": state["transfers"] >= 3 or len(stays) > len(set(stays)),
        "EXTENDED": state["extensions"] > 0,
        "WITHDRAWAL_ASKED": state["withdrawal_asked_by_agency"] is True,
    }
    return " ".join(sign for sign, shown in shows.items() if shown)


def _since(state: State) -> str | None:
    if state["status"] in ("ASSIGNED", "IN_PROGRESS"):
        return _instant(state["updated_at"])
    entered = (step["at"] for step in reversed(state["timeline"]) if step["before"] != step["after"])
    return _instant(next(entered, state["updated_at"]))


def _instant(text: str | None) -> str | None:
    if text is None:
        return None
    at = datetime.fromisoformat(text).astimezone(UTC)
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _year(due_at: str) -> int:
    return (datetime.fromisoformat(due_at) - timedelta(microseconds=1)).astimezone(SHANGHAI).year
