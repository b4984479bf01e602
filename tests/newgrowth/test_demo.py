"""The demo's sample data: lived through the real commands, loaded whole or not at all, kept between starts."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from directory.blockages import steps_owed
from directory.clusters import clusters
from directory.handlers.registry import HANDLERS
from directory.handling import Directory
from directory.plans import step_due_at
from directory.proposals import proposals, waits_for_a_point
from directory.record.open import SqlRecord, open_record
from directory.states import BlockingPointStatus, EntityType, PlanStepStatus
from indexer.documents.blockage import blockage_document
from indexer.query.alikeness import traits_of
from newgrowth import demo
from newgrowth.sample_agenda import Clock, SampleRefused
from newgrowth.sample_lives import Lives
from newgrowth.settings import Settings, read_settings
from seeds.generate import generate
from seeds.sample import article_cases, blocking_points, with_a_common_cause
from tests.record.fixtures import sqlite_record, sqlite_record_url
from tests.rulebooks import REFERENCE, RULEBOOK

__all__ = ["sqlite_record", "sqlite_record_url"]

FEW = 3
CASES = len(article_cases())


def quiet() -> Console:
    """A terminal nobody looks at."""
    return Console(file=io.StringIO())


async def load(settings: Settings) -> None:
    """What a start of the demo does before it serves."""
    await demo.load_once(settings, FEW, quiet())


async def ids(settings: Settings, kind: EntityType = EntityType.FIRM) -> list[str]:
    """Everything of a kind in the record."""
    async with await open_record(settings.record_location, mode="read") as record, record.reader() as reader:
        return list(await reader.entity_ids(kind))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A demo with a data directory of its own."""
    return read_settings(data_dir=tmp_path / "data", demo=True)


async def test_every_sample_life_is_lived_through_the_real_commands(sqlite_record: SqlRecord) -> None:
    """The article's cases and a hundred more: nothing is refused, so the rules and the samples agree."""
    clock, today = Clock(), datetime.now(UTC)
    directory = Directory(sqlite_record, RULEBOOK, HANDLERS, clock=clock)
    handed_in = 0

    def count() -> None:
        nonlocal handed_in
        handed_in += 1

    carried_out = await Lives(directory, clock, today).run(
        [*with_a_common_cause(), *generate(100, today=today.date())], count, blocking_points()
    )
    assert handed_in == CASES + 100
    assert carried_out > 3 * handed_in
    async with sqlite_record.reader() as reader:
        firms = await reader.firms(await reader.entity_ids(EntityType.FIRM))
        reports = await reader.entity_ids(EntityType.BLOCKAGE)
        points = await reader.blocking_points(await reader.entity_ids(EntityType.BLOCKING_POINT))
        linked = await reader.blockages_of_points(list(points))
    assert {case.profile["name"] for case in article_cases()} <= {
        each.profile.name for each in firms.values()
    }
    assert len(reports) > 20
    assert {point.title for point in points.values()} == {
        sample.title for sample in blocking_points() if sample.clauses
    }
    assert {point.status for point in points.values()} == set(BlockingPointStatus)
    assert max(len({report.firm_id for report in each}) for each in linked.values()) > 2


async def test_the_demo_shows_points_at_work_and_causes_that_no_point_names_yet(
    sqlite_record: SqlRecord,
) -> None:
    """Notes, steps done, to come and late, of points and of a report; clusters that an office would be proposed."""
    clock, today = Clock(), datetime.now(UTC)
    directory = Directory(sqlite_record, RULEBOOK, HANDLERS, clock=clock)
    await Lives(directory, clock, today).run(with_a_common_cause(), lambda: None, blocking_points())

    async with sqlite_record.reader() as reader:
        points = await reader.blocking_points(await reader.entity_ids(EntityType.BLOCKING_POINT))
        reports = await reader.blockages(await reader.entity_ids(EntityType.BLOCKAGE))
        firms = await reader.firms(list({report.firm_id for report in reports.values()}))
    assert sum(bool(point.progress) for point in points.values()) == 3
    assert sum(bool(steps_owed(report)) for report in reports.values()) == 1
    for plans in ([point.plan for point in points.values()], [report.plan for report in reports.values()]):
        assert {(step.status, step_due_at(step) <= today) for plan in plans for step in plan} == {
            (PlanStepStatus.DONE, True),
            (PlanStepStatus.PLANNED, True),
            (PlanStepStatus.PLANNED, False),
        }
    told = {
        report.id: traits_of(blockage_document(report, firms[report.firm_id], REFERENCE))
        for report in reports.values()
        if waits_for_a_point(report)
    }
    found = proposals(clusters(told), reports, today)
    assert [(each.category, each.firms) for each in found] == [
        ("settlement-delay", 4),
        ("account-penalty", 3),
    ]


async def test_the_first_start_loads_and_the_second_keeps(settings: Settings) -> None:
    """Nothing is loaded twice, and nothing that was done since is lost."""
    await load(settings)
    first = await ids(settings)
    assert first
    await load(settings)
    assert await ids(settings) == first
    assert not (settings.data_dir / "loading").exists()


async def test_an_interrupted_load_leaves_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next start loads from the beginning."""
    real = Lives._hand_in
    lived = 0

    async def interrupted(self: Lives, *arguments: object) -> None:
        nonlocal lived
        lived += 1
        if lived == CASES:
            raise KeyboardInterrupt
        await real(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Lives, "_hand_in", interrupted)
    with pytest.raises(KeyboardInterrupt):
        await load(settings)
    assert not (settings.data_dir / "record.db").exists()
    monkeypatch.undo()
    await load(settings)
    assert await ids(settings)
    assert not (settings.data_dir / "loading").exists()


async def test_an_index_of_a_record_that_was_deleted_goes(settings: Settings) -> None:
    """It would know of firms that nobody knows."""
    await load(settings)
    settings.index_file.write_bytes(b"of another record")
    (settings.data_dir / "record.db").unlink()
    await load(settings)
    assert not settings.index_file.exists()


async def test_a_sample_that_the_rules_refuse_ends_the_load(sqlite_record: SqlRecord) -> None:
    """Samples and rules have grown apart: that must be seen."""
    clock, today = Clock(), datetime.now(UTC)
    first, *_ = article_cases()
    spoilt = replace(first, profile={**first.profile, "forms": ["no-such-form"]})
    directory = Directory(sqlite_record, RULEBOOK, HANDLERS, clock=clock)
    with pytest.raises(SampleRefused, match="SubmitFirm"):
        await Lives(directory, clock, today).run([spoilt], lambda: None)
