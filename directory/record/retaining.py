"""What has been kept long enough is made anonymous (到期匿名化): a batch of each kind in one transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete

from directory.access import THE_CLOCK
from directory.privacy import Retention
from directory.record.entity_store import EntityStore
from directory.record.tables import contacts
from directory.record.unit_of_work import SqlUnitOfWork
from directory.retention import ENDED_FIRMS, ENDED_REPORTS, ENDED_SUBMISSIONS, anonymised, ended_before

BATCH = 100


async def retire(uow: SqlUnitOfWork, now: datetime) -> int:
    """How many entries, submissions and reports lost their personal values; at most a batch of each."""
    kinds: tuple[tuple[EntityStore[Any], frozenset[Any], Retention], ...] = (
        (uow.firms, ENDED_FIRMS, Retention.ENTRY),
        (uow.submissions, ENDED_SUBMISSIONS, Retention.APPLICATION),
        (uow.blockages, ENDED_REPORTS, Retention.REPORT),
    )
    count = 0
    for store, statuses, rule in kinds:
        ended = await store.ended([each.value for each in statuses], ended_before(now, rule), BATCH)
        for entity in ended:
            await _forget_contact(uow, entity)
            # Dated anew, so that it is not found again before another such period.
            after = anonymised(entity).model_copy(update={"updated_at": now})
            await store.anonymise(after, actor=str(THE_CLOCK.subject), at=now)
        count += len(ended)
    return count


async def _forget_contact(uow: SqlUnitOfWork, entity: Any) -> None:
    sealed = getattr(entity, "contact", None)
    if sealed is not None:
        await uow.session.execute(delete(contacts).where(contacts.c.ref == sealed.ref))
