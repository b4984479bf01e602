"""Reads of the record outside commands: each sees what was committed before it, whatever the calls before it saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, func, or_, select, true, tuple_

from directory.entities import Blockage, BlockingPoint, Contact, Firm, Submission
from directory.facts import LogEntry
from directory.indexing_ports import Touch
from directory.ports import BlockageList, QueuePage, SubmissionQueue
from directory.record import selects
from directory.record.clock import DatabaseClock
from directory.record.columns import BLOCKAGE, BLOCKING_POINT, FIRM, KINDS, SUBMISSION
from directory.record.contact_store import contacts_by_ref
from directory.record.desk_reader import DeskReader
from directory.record.desks import in_state_since
from directory.record.encoding import instant
from directory.record.erased import last_erasure
from directory.record.evidence_store import EvidenceReader
from directory.record.log import entries_of, sealed, touches
from directory.record.person_export import Rows, copy_of_person
from directory.record.selects import each_part, entity_of, rows_of
from directory.record.subjects import named, reference_of
from directory.record.tables import (
    blockages,
    blocking_point_clauses,
    blocking_points,
    firms,
    log_entries,
    log_pending,
    log_seals,
    submissions,
)
from directory.states import OPEN_STATUSES, EntityType

MOST_ABOUT_ONE = 10_000
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_SUBMISSIONS_OF = (
    rows_of(SUBMISSION)
    .where(submissions.c.firm_id.in_(_IDS))
    .order_by(submissions.c.created_at.desc(), submissions.c.id.desc())
)
_BLOCKAGES_OF = (
    rows_of(BLOCKAGE).where(blockages.c.firm_id.in_(_IDS)).order_by(blockages.c.reported_at, blockages.c.id)
)
_WITH_OPEN = (
    select(blockages.c.firm_id)
    .distinct()
    .where(
        blockages.c.firm_id.in_(_IDS),
        blockages.c.status.in_(sorted(OPEN_STATUSES)),
        blockages.c.erased.is_not(true()),
    )
)
_FIRMS_OF = select(blockages.c.firm_id).where(blockages.c.id.in_(_IDS), blockages.c.erased.is_not(true()))


class SqlReader(DeskReader, EvidenceReader):
    """`ports.Reader` over one connection; several tasks may share it."""

    async def firms(self, ids: Sequence[str]) -> Mapping[str, Firm]:
        """Entries by id; merged ones as they are (`merged_into` set)."""
        return await selects.by_ids(self.session, FIRM, ids)

    async def entry_numbers(self, ids: Sequence[str]) -> Mapping[str, str]:
        """The numbers of entries by id."""
        return await selects.entry_numbers(self.session, ids)

    async def submissions(self, ids: Sequence[str]) -> Mapping[str, Submission]:
        """Submissions by id."""
        return await selects.by_ids(self.session, SUBMISSION, ids)

    async def blockages(self, ids: Sequence[str]) -> Mapping[str, Blockage]:
        """Reports by id."""
        return await selects.by_ids(self.session, BLOCKAGE, ids)

    async def remains_of_blockages(self, ids: Sequence[str]) -> Mapping[str, Blockage]:
        """What is left of erased reports, for figures alone."""
        return await selects.remains_by_ids(self.session, BLOCKAGE, ids)

    async def blocking_points(self, ids: Sequence[str]) -> Mapping[str, BlockingPoint]:
        """Blocking points by id; merged ones as they are (`merged_into` set)."""
        return await selects.by_ids(self.session, BLOCKING_POINT, ids)

    async def contacts(self, refs: Sequence[str]) -> Mapping[str, Contact]:
        """Contact details by ref; erased ones are absent."""
        return await contacts_by_ref(self.session, refs)

    async def firm_by_entry_number(self, entry_number: str) -> Firm | None:
        """The entry with this canonical number, following merges to the survivor."""
        return await selects.one(self.session, FIRM, selects.BY_ENTRY_NUMBER, number=entry_number)

    async def firm_numbered(self, entry_number: str) -> Firm | None:
        """The entry that bears this canonical number itself, merged or not."""
        statement = rows_of(FIRM).where(firms.c.entry_number == entry_number)
        return await selects.one(self.session, FIRM, statement)

    async def firm_by_uscc(self, uscc: str) -> Firm | None:
        """The live entry with this normalised USCC, following merges."""
        return await selects.one(self.session, FIRM, selects.BY_USCC, uscc=uscc)

    async def blockage_by_reference(self, reference: str) -> Blockage | None:
        """The report with this canonical reference."""
        statement = rows_of(BLOCKAGE).where(blockages.c.reference == reference)
        return await selects.one(self.session, BLOCKAGE, statement)

    async def blocking_point_numbered(self, reference: str) -> BlockingPoint | None:
        """The blocking point that bears this canonical reference itself, merged or not."""
        statement = rows_of(BLOCKING_POINT).where(blocking_points.c.reference == reference)
        return await selects.one(self.session, BLOCKING_POINT, statement)

    async def firms_owned_by(self, subject: str) -> Sequence[Firm]:
        """The entries that `subject` submitted, newest first."""
        return await selects.every(self.session, FIRM, selects.OWNED_BY, subject=subject)

    async def firms_sharing_keys(self, keys: frozenset[str], limit: int = 200) -> Sequence[Firm]:
        """Entries that share a blocking key, rarest keys first, merged ones left out."""
        return await selects.sharing_keys(self.session, keys, limit)

    async def firms_sharing_each(
        self, groups: Sequence[frozenset[str]], limit: int = 200
    ) -> Sequence[Sequence[Firm]]:
        """The same for each of several groups of keys, each as if it were asked for alone."""
        return await selects.sharing_each(self.session, groups, limit)

    async def submission_page(
        self, queue: SubmissionQueue, *, first: int, after: tuple[str, str] | None
    ) -> QueuePage:
        """A page of submissions, oldest change first, keyed by (updated_at ISO, id)."""
        columns = submissions.c
        wanted = select(columns.id, columns.updated_at.label("at")).where(columns.erased.is_not(true()))
        if queue.statuses:
            wanted = wanted.where(columns.status.in_([status.value for status in queue.statuses]))
        if queue.region_prefix:
            wanted = wanted.where(columns.region.startswith(queue.region_prefix, autoescape=True))
        if queue.firm_id is not None:
            wanted = wanted.where(columns.firm_id == queue.firm_id)
        if queue.owner is not None:
            wanted = wanted.where(columns.owner == queue.owner)
        if queue.handed_in:
            # The entry of a registration is made when it is handed in.
            wanted = wanted.where(columns.firm_id.in_(select(firms.c.id)))
        if queue.waiting:
            wanted = wanted.where(or_(*map(in_state_since, queue.waiting)))
        page = wanted.order_by(columns.updated_at, columns.id)
        if after is not None:
            page = page.where(tuple_(columns.updated_at, columns.id) > after)
        return await self._page(wanted, page, first)

    async def blockage_page(
        self, wanted: BlockageList, *, first: int, after: tuple[str, str] | None
    ) -> QueuePage:
        """A page of reports, newest first, keyed by (reported_at ISO, id)."""
        columns = blockages.c
        all_of_them = select(columns.id, columns.reported_at.label("at")).where(columns.erased.is_not(true()))
        if wanted.firm_id is not None:
            all_of_them = all_of_them.where(columns.firm_id == wanted.firm_id)
        if wanted.statuses:
            all_of_them = all_of_them.where(columns.status.in_([status.value for status in wanted.statuses]))
        page = all_of_them.order_by(columns.reported_at.desc(), columns.id.desc())
        if after is not None:
            page = page.where(tuple_(columns.reported_at, columns.id) < after)
        return await self._page(all_of_them, page, first)

    async def submissions_of_firms(self, firm_ids: Sequence[str]) -> Mapping[str, Sequence[Submission]]:
        """All submissions of several entries, newest first, by entry."""
        found: dict[str, list[Submission]] = {firm_id: [] for firm_id in firm_ids}
        for row in await each_part(self.session, _SUBMISSIONS_OF, ids=firm_ids):
            submission = entity_of(SUBMISSION, row)
            found[submission.firm_id].append(submission)
        return found

    async def blockages_of_firms(self, firm_ids: Sequence[str]) -> Mapping[str, Sequence[Blockage]]:
        """All reports of several entries, oldest first, by entry."""
        found: dict[str, list[Blockage]] = {firm_id: [] for firm_id in firm_ids}
        for row in await each_part(self.session, _BLOCKAGES_OF, ids=firm_ids):
            blockage = entity_of(BLOCKAGE, row)
            found[blockage.firm_id].append(blockage)
        return found

    async def with_open_blockages(self, firm_ids: Sequence[str]) -> frozenset[str]:
        """Those of several entries of which a report is open."""
        rows = await each_part(self.session, _WITH_OPEN, ids=firm_ids)
        return frozenset(row.firm_id for row in rows)

    async def firms_of_blockages(self, ids: Sequence[str]) -> frozenset[str]:
        """The entries of several reports that are not erased."""
        rows = await each_part(self.session, _FIRMS_OF, ids=ids)
        return frozenset(row.firm_id for row in rows)

    async def blockages_of_points(self, point_ids: Sequence[str]) -> Mapping[str, Sequence[Blockage]]:
        """All reports of several blocking points, oldest first, by point."""
        columns = blockages.c
        statement = rows_of(BLOCKAGE).where(columns.blocking_point.in_(point_ids))
        found: dict[str, list[Blockage]] = {point_id: [] for point_id in point_ids}
        ordered = statement.order_by(columns.reported_at, columns.id)
        for blockage in await selects.every(self.session, BLOCKAGE, ordered):
            if blockage.blocking_point is not None:
                found[blockage.blocking_point].append(blockage)
        return found

    async def points_of_clauses(self, clauses: Sequence[str]) -> Mapping[str, Sequence[BlockingPoint]]:
        """The blocking points that cite each of several clauses, oldest first; merged ones are left out."""
        cited = blocking_point_clauses.c
        rows = await self.session.execute(
            select(cited.clause, cited.blocking_point).where(cited.clause.in_(clauses))
        )
        pairs = [(row.clause, row.blocking_point) for row in rows]
        points = await self.blocking_points(sorted({point_id for _, point_id in pairs}))
        found: dict[str, list[BlockingPoint]] = {clause: [] for clause in clauses}
        for clause, point_id in pairs:
            if (point := points.get(point_id)) is not None:
                found[clause].append(point)
        return {
            clause: sorted(each, key=lambda point: (point.created_at, point.id))
            for clause, each in found.items()
        }

    async def last_erasure(self) -> datetime | None:
        """When something was last erased; None before the first time."""
        return await last_erasure(self.session)

    async def entity_ids(
        self, entity_type: EntityType, *, after: str = "", limit: int = 1000, erased: bool = False
    ) -> Sequence[str]:
        """Ids of all entities of a type in id order; with those that were erased if `erased`."""
        columns = KINDS[entity_type].table.c
        statement = select(columns.id).where(columns.id > after)
        if not erased:
            statement = statement.where(columns.erased.is_not(true()))
        return (await self.session.execute(statement.order_by(columns.id).limit(limit))).scalars().all()

    async def entity_count(self, entity_type: EntityType) -> int:
        """How many entities of a type there are, with those that were erased."""
        counted = await self.session.execute(select(func.count()).select_from(KINDS[entity_type].table))
        number: int = counted.scalar_one()
        return number

    async def log_after(
        self,
        position: int,
        *,
        limit: int = 100,
        kinds: Sequence[str] = (),
        entity: tuple[EntityType, str] | None = None,
        until: int | None = None,
    ) -> Sequence[LogEntry]:
        """Sealed entries after `position`, in order; personal values joined in where they are not erased."""
        statement = sealed(position, limit)
        if kinds:
            statement = statement.where(log_entries.c.kind.in_(kinds))
        if entity is not None:
            entity_type, entity_id = entity
            statement = statement.where(
                log_entries.c.entity_id == entity_id, log_entries.c.entity_type == entity_type.value
            )
        if until is not None:
            statement = statement.where(log_seals.c.position <= until)
        return await entries_of(self.session, statement)

    async def touches_after(self, position: int, *, limit: int) -> Sequence[Touch]:
        """What up to `limit` sealed entries after `position` touch, in order; what they changed is not read."""
        return await touches(self.session, position, limit)

    async def log_about(self, subject: str, kinds: Sequence[str]) -> Sequence[LogEntry]:
        """What was done with somebody's data, in log order: sealed entries of these kinds."""
        reference = await reference_of(self.session, subject)
        about = (EntityType.PERSON, reference)
        return await self.log_after(0, limit=MOST_ABOUT_ONE, kinds=kinds, entity=about) if reference else []

    async def viewed_by(self, actor: str, kinds: Sequence[str]) -> Sequence[str]:
        """To whom somebody did what these kinds say: subjects, or bare references of those erased since; each once, in order."""
        columns = log_entries.c
        acted = columns.kind.in_(kinds) & (columns.actor == await reference_of(self.session, actor))
        found = (
            (await self.session.execute(select(columns.entity_id).where(acted).distinct())).scalars().all()
        )
        names = await named(self.session, found)
        return sorted(names.get(reference, reference) for reference in found)

    async def copy_of_person(self, subject: str) -> Mapping[str, Rows]:
        """All that is kept of a person, by table (see `person_export`)."""
        return await copy_of_person(self.session, subject)

    async def head(self) -> int:
        """The last sealed position; 0 before the first."""
        last = await self.session.execute(select(func.coalesce(func.max(log_seals.c.position), 0)))
        position: int = last.scalar_one()
        return position

    async def unsealed(self) -> tuple[int, int]:
        """The lowest and the highest id of entries written and not yet sealed; zeros when there are none."""
        ids = log_pending.c.entry_id
        ends = select(
            func.coalesce(func.min(ids), 0).label("first"), func.coalesce(func.max(ids), 0).label("last")
        )
        row = (await self.session.execute(ends)).one()
        return row.first, row.last

    async def unsealed_seconds(self) -> float:
        """For how long the first entry has waited for the sealer, by the database's clock; 0 when none does."""
        waiting = select(func.max(DatabaseClock() - log_pending.c.written_at))
        return max(0.0, (await self.session.execute(waiting)).scalar() or 0.0)

    async def waiting_seconds(self, position: int) -> float:
        """For how long the first entry after `position` has been sealed, by the database's clock; 0 when none is."""
        waiting = select(DatabaseClock() - log_seals.c.sealed_at).where(log_seals.c.position > position)
        seconds = await self.session.execute(waiting.order_by(log_seals.c.position).limit(1))
        return max(0.0, seconds.scalar() or 0.0)

    async def head_at(self) -> datetime | None:
        """The instant of the last sealed entry's fact."""
        statement = (
            select(log_entries.c.at)
            .join_from(log_seals, log_entries, log_entries.c.id == log_seals.c.entry_id)
            .order_by(log_seals.c.position.desc())
            .limit(1)
        )
        at = (await self.session.execute(statement)).scalar()
        return None if at is None else instant(at)
