"""
Telling people: an address that stands beside one that is asked for, notices that wait for a calendar, and what is old.

A new address takes the place of the old one only once it is confirmed, so that an owner may have one of each.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Changes the indexes, adds the look-up, and fills it for what is under public notice."""
    op.drop_index("mail_subscriptions_by_owner", "mail_subscriptions")
    for name, confirmed in (("standing", "IS NOT NULL"), ("asked", "IS NULL")):
        which = sa.text(f"confirmed_at {confirmed}")
        op.create_index(
            f"mail_subscriptions_{name}",
            "mail_subscriptions",
            ["owner"],
            unique=True,
            sqlite_where=which,
            postgresql_where=which,
        )
    op.add_column("submissions", sa.Column("waits_for_year", sa.Integer, nullable=True))
    _fill(op.get_bind())
    op.create_index("submissions_by_year", "submissions", ["waits_for_year"])
    op.create_index("deliveries_by_age", "deliveries", ["at"])
    op.create_index("mails_by_age", "mails", ["at"])


def _fill(connection: sa.Connection) -> None:
    table = sa.table(
        "submissions", sa.column("id"), sa.column("status"), sa.column("state"), sa.column("waits_for_year")
    )
    announced = sa.select(table.c.id, table.c.state).where(table.c.status == "PUBLIC_NOTICE")
    for id_, text in connection.execute(announced).all():
        state = json.loads(text)
        if state.get("notice_provisional") and state.get("notice_ends_on"):
            year = int(state["notice_ends_on"][:4])
            connection.execute(sa.update(table).where(table.c.id == id_).values(waits_for_year=year))
