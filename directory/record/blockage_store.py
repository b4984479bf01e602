"""Reports inside a unit of work, with the rows that say on whose desks they lie for a step that is owed, and their files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete

from directory.entities import Blockage
from directory.record.columns import BLOCKAGE
from directory.record.encoding import instant_text
from directory.record.entity_store import EntityStore, Work
from directory.record.erasure import hold
from directory.record.evidence_store import follow_evidence, forget_evidence
from directory.record.selects import rows_of
from directory.record.tables import blockage_desks, blockages
from directory.report_plans import step_desks


class BlockageStore(EntityStore[Blockage]):
    """`ports.Blockages` over SQL."""

    def __init__(self, work: Work) -> None:
        super().__init__(BLOCKAGE, work)

    async def of_firm(self, firm_id: str) -> Sequence[Blockage]:
        """All reports of an entry, oldest first."""
        columns = blockages.c
        statement = rows_of(BLOCKAGE).where(columns.firm_id == firm_id)
        return await self._every(statement.order_by(columns.reported_at, columns.id))

    async def of_point(self, point_id: str) -> Sequence[Blockage]:
        """The reports that name a blocking point, in id order; none of them changes until the transaction ends."""
        statement = rows_of(BLOCKAGE).where(blockages.c.blocking_point == point_id)
        return await self._every(statement.order_by(blockages.c.id).with_for_update())

    async def erase(self, entity: Blockage, *, kind: str, actor: str, at: datetime) -> None:
        """As any entity; what is gone lies on no desk and has no files. Raises: VersionConflict."""
        await super().erase(entity, kind=kind, actor=actor, at=at)
        await forget_evidence(self._work.session, entity)
        if step_desks(entity):
            await self._clear_desks(entity)

    async def _admit(self, entity: Blockage) -> None:
        await hold(self._work.session, entity.firm_id)

    async def _follow(self, before: Blockage | None, after: Blockage) -> None:
        if before is not None and before.evidence != after.evidence:
            await follow_evidence(self._work.session, before, after)
        were = step_desks(before) if before is not None else {}
        if were == (are := step_desks(after)):
            return
        if were:
            await self._clear_desks(after)
        if are:
            rows = [
                {"desk": agency, "blockage": after.id, "due_at": instant_text(due_at)}
                for agency, due_at in are.items()
            ]
            await self._work.session.insert(blockage_desks, rows)

    async def _clear_desks(self, blockage: Blockage) -> None:
        await self._work.session.execute(
            delete(blockage_desks).where(blockage_desks.c.blockage == blockage.id)
        )
