"""Exports over each search engine: the same rows, and nothing kept open for a reader who stalls."""

from __future__ import annotations

from contextlib import aclosing

import pytest
from structlog.testing import capture_logs

from schema.exporting import asking
from schema.exporting.snapshot import snapshot
from schema.exporting.words import Listing
from tests.factories import NOW, make_firm, make_profile
from tests.journeys.stage import ASSISTANT, OWNER, SUPERVISOR, Stage
from tests.schema.blockages.corpus import indexed, taken_up
from tests.schema.firms.listing import listed
from tests.transfer.exports import export, with_other_limits
from tests.transfer.test_export import FIRM_FILTERS, REPORT_FILTERS, reported, searched
from tests.transfer.test_streaming import Leaving, a_supervisor


async def test_what_is_exported_is_what_is_found(each_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """For an official, a helper and an owner, filter by filter, over many batches."""
    monkeypatch.setattr(asking, "AT_ONCE", 7)
    await listed(each_stage)
    await reported(each_stage)

    for listing, filters in (("firms", FIRM_FILTERS), ("blockages", REPORT_FILTERS)):
        for who, wanted in ((who, wanted) for who in (SUPERVISOR, ASSISTANT) for wanted in filters):
            found = await export(each_stage, who, f"{listing}.ndjson", {"filter": wanted})
            assert set(found.ids) == await searched(each_stage, who, listing, wanted), wanted
            assert len(set(found.ids)) == len(found.ids)
    assert (await export(each_stage, OWNER, "firms.ndjson")).rows != []


async def test_whoever_is_erased_during_an_export_is_not_in_it(
    each_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index still holds the entry; the record, which is asked for each batch, does not."""
    monkeypatch.setattr(asking, "AT_ONCE", 3)
    firms = [make_firm(profile=make_profile(name=f"杭州第{number}光有限公司")) for number in range(9)]
    await indexed(each_stage, *firms)
    in_order = sorted(firms, key=lambda firm: str(firm.entry_number))
    found = await snapshot(a_supervisor(each_stage), Listing.FIRMS)

    async with aclosing(found.rows) as batches:
        rows = list(await anext(batches))
        async with each_stage.record.unit_of_work() as uow:
            await uow.erase(in_order[-1].id, actor="clerk", at=NOW)
        async for batch in batches:
            rows += batch

    assert [row.state["entryNumber"] for row in rows] == [firm.entry_number for firm in in_order[:-1]]


async def test_a_reader_that_stalls_is_left(each_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The walk ends, the log says so, and the next export finds its place free."""
    monkeypatch.setattr(asking, "AT_ONCE", 5)
    stage = with_other_limits(each_stage, export_stalled_seconds=0.05, exports_at_once=1)
    firm = make_firm()
    await indexed(stage, firm, *(taken_up(firm) for _ in range(40)))
    reader = Leaving(stage.token_of(SUPERVISOR) or "")

    with capture_logs() as logged:
        await reader.read(stage)

    (told,) = [entry for entry in logged if entry["event"] == "exported"]
    assert (told["whole"], len(reader.pieces)) == (False, 1)
    taken = await export(stage, SUPERVISOR, "blockages.ndjson")
    assert len(taken.ids) == 40
