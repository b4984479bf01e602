"""One transaction of the record: what its stores write and the log entries that say so, together or not at all."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any

from directory.entities import Submission
from directory.errors import Gone, NotFound
from directory.evidence import live
from directory.facts import Fact
from directory.privacy import is_person
from directory.record.blockage_store import BlockageStore
from directory.record.blocking_point_store import BlockingPointStore
from directory.record.columns import SUBMISSION
from directory.record.connection import Connections, Session, transaction
from directory.record.contact_store import ContactStore
from directory.record.entity_store import EntityStore, Work
from directory.record.erasure import (
    delete_contacts,
    delete_personal,
    forget_account,
    hold,
    merged_into,
    seize,
    without_entry,
)
from directory.record.evidence_store import EvidenceStore
from directory.record.firm_store import FirmStore
from directory.record.grant_store import GrantStore
from directory.record.mail_store import MailStore
from directory.record.notice_store import NoticeStore, forget_notices
from directory.record.personal import begun
from directory.record.reply_store import ReplyStore
from directory.record.saved_search_store import SavedSearchStore, forget_matches_of
from directory.record.selects import rows_of
from directory.record.subjects import known, references
from directory.record.tables import submissions
from directory.record.webhook_store import WebhookStore
from directory.report_evidence import EVIDENCE_ERASED, without_evidence
from directory.states import EntityType

FORGOTTEN = "person:forgotten"


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

    async def owned_by(self, subject: str) -> Sequence[Submission]:
        """All that somebody handed in or keeps as a draft, oldest first."""
        columns = submissions.c
        statement = rows_of(SUBMISSION).where(columns.owner == subject)
        return await self._every(statement.order_by(columns.created_at, columns.id))


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
        self.grants = GrantStore(self._work)
        self.evidence = EvidenceStore(session)

    @property
    def session(self) -> Session:
        """The transaction, for what is no entity."""
        return self._work.session

    def new_id(self, drawn: str) -> str:
        """The id just drawn, as this transaction's ids begin, known from now on as one that nothing is kept under."""
        new = begun(drawn, self.session.beginning)
        self.session.drawn.add(new)
        return new

    async def note_about(
        self, kind: str, subject: str, *, actor: str, at: datetime, data: Mapping[str, Any] | None = None
    ) -> None:
        """Logs something that happened to a person's data; the log names the person by reference only."""
        reference = (await references(self._work.session, {subject}))[subject]
        self._work.journal.note(Fact(kind, EntityType.PERSON, reference, 1, actor, at, data=data or {}))

    async def erase(self, firm_id: str, *, actor: str, at: datetime) -> None:
        """Erases an entry with its submissions, reports, contacts and every personal value the log refers to.

        Their rows stay, empty: reading them raises Gone, and no new entry gets their numbers. The log keeps its
        commitments, so that its chain still verifies. A draft may have been kept for an entry that never came to be:
        it is erased by that entry's id. With it go the entries that were merged into it, and with the owner's last
        entry all that the owner holds. Raises: NotFound, Gone.
        Source: PIPL (个人信息保护法), article 47.
        """
        owners = await self._erase_entry(firm_id, actor, at)
        for owner in await without_entry(self._work.session, owners):
            await self._forget(owner)

    async def _erase_entry(self, firm_id: str, actor: str, at: datetime) -> set[str]:
        """Erases one entry and those merged into it; who owned them."""
        session = self._work.session
        await seize(session, firm_id)
        submissions_of_it = await self.submissions.of_firm(firm_id)
        blockages_of_it = await self.blockages.of_firm(firm_id)
        firms_of_it = await self.firms.find([firm_id])
        if not firms_of_it and not submissions_of_it:
            await self.firms.get(firm_id)
        owners = {each.owner for each in submissions_of_it} | {each.owner for each in firms_of_it.values()}
        merged = await merged_into(session, firm_id)
        for submission in submissions_of_it:
            await self.submissions.erase(submission, kind="submission:erased", actor=actor, at=at)
        for blockage in blockages_of_it:
            await self.blockages.erase(blockage, kind="blockage:erased", actor=actor, at=at)
        for firm in firms_of_it.values():
            await self.firms.forget_keys(firm_id)
            await self.firms.erase(firm, kind="firm:erased", actor=actor, at=at)
        await delete_personal(session, firm_id, [each.id for each in (*submissions_of_it, *blockages_of_it)])
        await forget_notices(session, firm_id)
        await forget_matches_of(session, firm_id)
        self._work.journal.forget(firm_id)
        for each in merged:
            owners |= await self._erase_entry(each, actor, at)
        return owners

    async def erase_person(self, subject: str, *, actor: str, at: datetime) -> str:
        """Erases all that is kept of whoever acts as `subject`; the reference by which the log goes on naming them.

        The entries of natural persons go as `erase` says. An entry of an enterprise stays: its contact details go and the
        files of its reports, for nobody can tell who stands in them, and whoever handed it in is named by the reference
        from now on, here and where this person did anything else.
        Raises: NotFound, when nothing is known of such a person; VersionConflict.
        """
        session = self._work.session
        owned = await self.firms.owned_by(subject)
        drafts = await self.submissions.owned_by(subject)
        if not (owned or drafts or await known(session, subject)):
            raise NotFound.at("subject", key="not_found")
        reference = (await references(session, {subject}))[subject]
        enterprises = {firm.id for firm in owned if not is_person(firm)}
        people = {firm.id for firm in owned} - enterprises
        of_others = await self.firms.find([draft.firm_id for draft in drafts])
        for firm_id in sorted(people | {draft.firm_id for draft in drafts} - of_others.keys()):
            with suppress(Gone):
                await self._erase_entry(firm_id, actor, at)
        for firm_id in sorted(enterprises):
            await self._without_contact(firm_id, actor, at)
            await self._without_evidence(firm_id, actor, at)
        stores: tuple[EntityStore[Any], ...] = (self.firms, self.submissions, self.blockages)
        for store in stores:
            await store.rename(subject, reference, actor=actor, at=at)
        self._work.journal.note(Fact(FORGOTTEN, EntityType.PERSON, reference, 1, actor, at))
        await self._forget(subject)
        return reference

    async def _without_contact(self, firm_id: str, actor: str, at: datetime) -> None:
        firm = await self.firms.get(firm_id)
        if firm.contact is not None:
            without = firm.model_copy(update={"contact": None})
            await self.firms.save(without, kind="firm:contact_erased", actor=actor, at=at)
        await delete_contacts(self._work.session, firm_id)

    async def _without_evidence(self, firm_id: str, actor: str, at: datetime) -> None:
        for report in await self.blockages.of_firm(firm_id):
            if live(report.evidence):
                without = without_evidence(report, at)
                await self.blockages.save(without, kind=EVIDENCE_ERASED, actor=actor, at=at)

    async def _forget(self, subject: str) -> None:
        await forget_account(self._work.session, subject)
        self._work.journal.forget_subject(subject)

    async def finish(self) -> None:
        """Writes all that was taken, and the log entries. Raises: AlreadyExists, for what others have taken."""
        await self._work.journal.write(self._work.session)
        await self._work.session.flush()


@asynccontextmanager
async def unit_of_work(engine: Connections, places: frozenset[str]) -> AsyncIterator[SqlUnitOfWork]:
    """One unit of work in a transaction of its own."""
    async with transaction(engine) as session:
        uow = SqlUnitOfWork(session, places)
        yield uow
        await uow.finish()
