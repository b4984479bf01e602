"""On whose desks blocking points lie: those who lead them, and from now on those who owe a step of a plan."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Makes the table, and puts each point that stands on the desk of its lead, or of the supervisors."""
    op.create_table(
        "blocking_point_desks",
        sa.Column("desk", CODE, nullable=False),
        sa.Column("blocking_point", CODE, nullable=False),
        sa.PrimaryKeyConstraint("desk", "blocking_point", name="blocking_point_desks_pkey"),
        sa.ForeignKeyConstraint(["blocking_point"], ["blocking_points.id"]),
    )
    op.create_index("blocking_point_desks_by_point", "blocking_point_desks", ["blocking_point"])
    points = sa.table("blocking_points", *map(sa.column, ("id", "status", "merged_into", "erased", "state")))
    desks = sa.table("blocking_point_desks", sa.column("desk"), sa.column("blocking_point"))
    standing = sa.select(points.c.id, points.c.state).where(
        points.c.status != "RESOLVED", points.c.merged_into.is_(None), points.c.erased.is_not(sa.true())
    )
    connection = op.get_bind()
    rows = [
        {"desk": json.loads(row.state).get("lead_agency") or "supervisor", "blocking_point": row.id}
        for row in connection.execute(standing)
    ]
    if rows:
        connection.execute(sa.insert(desks), rows)
