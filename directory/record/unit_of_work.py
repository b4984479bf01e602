"""One transaction of the record: what its stores write and the log entries that say so, together or not at all."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from directory.entities import Blockage, Submission
from directory.record.blocking_point_store import BlockingPointStore
from directory.record.columns import BLOCKAGE, SUBMISSION
from directory.record.connection import Connections, Session, transaction
from directory.record.contact_store import ContactStore
from directory.record.entity_store import EntityStore, Work
from directory.record.erasure import delete_personal, hold, seize
from directory.record.firm_store import FirmStore
from directory.record.mail_store import MailStore, forget_addresses
from directory.record.notice_store import NoticeStore, forget_notices
from directory.record.reply_store import ReplyStore
from directory.record.saved_search_store import SavedSearchStore, forget_matches_of
from directory.record.selects import rows_of
from directory.record.tables import blockages, submissions
from directory.record.webhook_store import WebhookStore


class SubmissionStore(EntityStore[Submission]):
    """`ports.Submissions` over SQL."""

    def __init__(self, work: Work) -> None:
        super().__init__(SUBMISSION, work)

    async def _admit(self, entity: Submission) -> None:
        await hold(self._work.session, entity.firm_id)

    async def of_firm(self, firm_id: str) -> Sequence[Submission]:
        """All submissions of an entry, oldest first."""
        columns = submissions.c
        statement = rows_of(SUBMISSION).where(columns.firm_id == firm_id)
        return await self._every(statement.order_by(columns.created_at, columns.id))


class BlockageStore(EntityStore[Blockage]):
    """`ports.Blockages` over SQL."""

    def __init__(self, work: Work) -> None:
        super().__init__(BLOCKAGE, work)

    async def _admit(self, entity: Blockage) -> None:
        await hold(self._work.session, entity.firm_id)

    async def by_reference(self, reference: str) -> Blockage | None:
        """The report with this canonical reference."""
        return await self._one(rows_of(BLOCKAGE).where(blockages.c.reference == reference))

    async def of_firm(self, firm_id: str) -> Sequence[Blockage]:
        """All reports of an entry, oldest first."""
        columns = blockages.c
        statement = rows_of(BLOCKAGE).where(columns.firm_id == firm_id)
        return await self._every(statement.order_by(columns.reported_at, columns.id))

    async def of_point(self, point_id: str) -> Sequence[Blockage]:
        """The reports that name a blocking point, in id order; none of them changes until the transaction ends."""
        statement = rows_of(BLOCKAGE).where(blockages.c.blocking_point == point_id)
        return await self._every(statement.order_by(blockages.c.id).with_for_update())


class SqlUnitOfWork:
    """`ports.UnitOfWork` over one transaction."""

    def __init__(self, session: Session, places: frozenset[str]) -> None:
        self._work = Work(session)
        self.firms = FirmStore(self._work, places)
        self.submissions = SubmissionStore(self._work)
        self.blockages = BlockageStore(self._work)
        self.blocking_points = BlockingPointStore(self._work)
        self.contacts = ContactStore(session)
        self.replies = ReplyStore(session)
        self.notices = NoticeStore(session)
        self.saved_searches = SavedSearchStore(session)
        self.webhooks = WebhookStore(session)
        self.mail = MailStore(session)

    async def erase(self, firm_id: str, *, actor: str, at: datetime) -> None:
        """Erases an entry with its submissions, reports, contacts and every personal value the log refers to.

        Their rows stay, empty: reading them raises Gone, and no new entry gets their numbers. The log keeps its
        commitments, so that its chain still verifies. A draft may have been kept for an entry that never came to be:
        it is erased by that entry's id. Raises: NotFound, Gone.
        Source: PIPL (个人信息保护法), article 47.
        """
        await seize(self._work.session, firm_id)
        submissions_of_it = await self.submissions.of_firm(firm_id)
        firms_of_it = await self.firms.find([firm_id])
        if not firms_of_it and not submissions_of_it:
            await self.firms.get(firm_id)
        owners = {each.owner for each in submissions_of_it} | {each.owner for each in firms_of_it.values()}
        for submission in submissions_of_it:
            await self.submissions.erase(submission, kind="submission:erased", actor=actor, at=at)
        for blockage in await self.blockages.of_firm(firm_id):
            await self.blockages.erase(blockage, kind="blockage:erased", actor=actor, at=at)
        for firm in firms_of_it.values():
            await self.firms.forget_keys(firm_id)
            await self.firms.erase(firm, kind="firm:erased", actor=actor, at=at)
        await delete_personal(self._work.session, firm_id)
        await forget_notices(self._work.session, firm_id)
        await forget_matches_of(self._work.session, firm_id)
        await forget_addresses(self._work.session, owners)
        self._work.journal.forget(firm_id)

    async def finish(self) -> None:
        """Writes the log entries."""
        await self._work.journal.write(self._work.session)


@asynccontextmanager
async def unit_of_work(engine: Connections, places: frozenset[str]) -> AsyncIterator[SqlUnitOfWork]:
    """One unit of work in a transaction of its own."""
    async with transaction(engine) as session:
        uow = SqlUnitOfWork(session, places)
        yield uow
        await uow.finish()
