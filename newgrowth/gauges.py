"""Further figures for operators: what is on its way to readers, and how far the record's connections are in use."""

from __future__ import annotations

from collections.abc import Sequence

from directory.record.open import SqlRecord
from directory.record.outgoing import outgoing
from directory.record.standing import oldest_writing
from schema.services import Family


async def gauges(record: SqlRecord) -> Sequence[Family]:
    """The figures as they are now. Raises: RecordUnavailable."""
    # Before this very question takes a connection.
    lent = record.lent()
    async with record.reader() as reader:
        waiting = await outgoing(reader)
        oldest = await oldest_writing(reader)
    return (
        Family(
            "newgrowth_record_transaction_seconds",
            "For how long the oldest writing transaction of the database has been open.",
            (),
            {(): oldest.seconds if oldest else 0.0},
        ),
        Family(
            "newgrowth_outgoing",
            "Deliveries to webhooks and mails, by state; settled ones as long as they are kept.",
            ("way", "state"),
            waiting,
        ),
        Family(
            "newgrowth_record_connections",
            "Connections to the record: lent now, and how many there may be.",
            ("pool", "figure"),
            {
                (pool, figure): count
                for pool, (used, most) in lent.items()
                for figure, count in (("lent", used), ("most", most))
            },
        ),
    )
