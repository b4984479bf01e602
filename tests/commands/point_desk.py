"""The desk with several listed firms, for commands on blocking points."""

from __future__ import annotations

from typing import Any

from directory.access import Caller, Role
from directory.commands import Command
from directory.entities import Blockage, BlockingPoint, Firm
from directory.facts import LogEntry
from directory.handlers.registry import HANDLERS
from directory.handling import Directory
from directory.point_commands import (
    CreateBlockingPoint,
    LinkBlockages,
    MergeBlockingPoints,
    ResolveBlockingPoint,
    SplitBlockingPoint,
    UnmergeBlockingPoint,
)
from directory.record.open import SqlRecord
from directory.states import EntityType, ResolutionKind
from tests.commands.report_desk import OFFICER, SUPERVISOR, Problems, ReportDesk
from tests.factories import make_firm
from tests.record.steps import keep, seal
from tests.rulebooks import RULEBOOK
from tests.rules.report_lives import LEAD

CLAUSE = "platform-fee-guide-2025#ban"
OTHER_CLAUSE = "ecommerce-law#art40"
ANOTHER_OWNER = Caller("another-firm-user", frozenset({Role.FIRM}))


class PointDesk(ReportDesk):
    """A desk whose directory lists `firm`, owned by `OWNER`, and `another`, owned by `ANOTHER_OWNER`."""

    def __init__(self, record: SqlRecord, firm: Firm, another: Firm) -> None:
        super().__init__(record, firm)
        self.another = another
        self.directory = Directory(record, RULEBOOK, HANDLERS, clock=lambda: self.now)

    async def done(self, command: Command, caller: Caller = SUPERVISOR) -> BlockingPoint:
        """The point after a command that works."""
        outcome = await self.directory.handle(command, caller)
        assert outcome.problems == ()
        assert outcome.blocking_point is not None
        return await self.point(outcome.blocking_point)

    async def point(self, point_id: str) -> BlockingPoint:
        """The point as kept."""
        async with self.record.reader() as reader:
            return (await reader.blocking_points([point_id]))[point_id]

    async def reports_of(self, point: BlockingPoint) -> list[Blockage]:
        """The reports that name the point."""
        async with self.record.reader() as reader:
            return list((await reader.blockages_of_points([point.id]))[point.id])

    async def history(self, point: BlockingPoint) -> list[LogEntry]:
        """The point's sealed facts."""
        await seal(self.record)
        async with self.record.reader() as reader:
            return list(await reader.log_after(0, entity=(EntityType.BLOCKING_POINT, point.id)))

    async def titled(self, title: str, *, stage: str = "reported", **changes: Any) -> Blockage:
        """A report under a title of its own, at a stage of its life."""
        report: Blockage = await getattr(self, stage)(title=title, **changes)
        return report

    async def named(self, *reports: Blockage, caller: Caller = SUPERVISOR, **changes: Any) -> BlockingPoint:
        """A new point with the reports."""
        return await self.done(naming(*reports, **changes), caller)

    async def merged(self, source: BlockingPoint, into: BlockingPoint) -> BlockingPoint:
        """The survivor."""
        return await self.done(MergeBlockingPoints(source=source.id, into=into.id, reason="同一成因"))

    async def unmerged(self, source: BlockingPoint) -> BlockingPoint:
        """The point on its own again."""
        return await self.done(UnmergeBlockingPoint(blocking_point=source.id, reason="误并"))

    async def split(self, point: BlockingPoint, *reports: Blockage) -> BlockingPoint:
        """The new point with those of the reports."""
        command = SplitBlockingPoint(
            **at(point), title="另一成因", blockages=ids(*reports), reason="成因不同"
        )
        return await self.done(command)

    async def linked(
        self, point: BlockingPoint, *, add: tuple[Blockage, ...] = (), remove: tuple[Blockage, ...] = ()
    ) -> BlockingPoint:
        """The point after linking and unlinking."""
        return await self.done(LinkBlockages(**at(point), add=ids(*add), remove=ids(*remove)))

    async def claimed(self, point: BlockingPoint) -> BlockingPoint:
        """The point claimed as resolved by its lead agency."""
        return await self.done(claim(point), OFFICER)

    async def refused(self, command: Command, caller: Caller = SUPERVISOR) -> Problems:
        """What keeps a command on points from happening, by path."""
        return await self.refuses(command, caller)


async def opened_point_desk(record: SqlRecord) -> PointDesk:
    """A desk whose directory lists two firms more."""
    firm, another = make_firm(owner="firm-user"), make_firm(owner="another-firm-user")
    await keep(record, firm, another)
    return PointDesk(record, firm, another)


def naming(*reports: Blockage, **changes: Any) -> CreateBlockingPoint:
    """The smallest valid point, led by the agency in Hangzhou, with the reports."""
    values: dict[str, Any] = {
        "title": "平台抽成缺少上限",
        "description": "平台抽成比例没有统一上限，商户无从议价。",
        "category": "platform-fees",
        "clauses": (CLAUSE,),
        "lead_agency": LEAD,
        "blockages": ids(*reports),
    }
    return CreateBlockingPoint(**{**values, **changes})


def claim(point: BlockingPoint, **changes: Any) -> ResolveBlockingPoint:
    """A claimed resolution of the point."""
    values: dict[str, Any] = {
        "kind": ResolutionKind.POLICY_CHANGED,
        "summary": "已出台抽成上限，自下月起施行。",
        "clause": CLAUSE,
        **at(point),
    }
    return ResolveBlockingPoint(**{**values, **changes})


def at(point: BlockingPoint) -> dict[str, Any]:
    """The point at the version it carries."""
    return {"blocking_point": point.id, "expected_version": point.version}


def ids(*entities: Blockage) -> tuple[str, ...]:
    """The ids of the reports."""
    return tuple(each.id for each in entities)
