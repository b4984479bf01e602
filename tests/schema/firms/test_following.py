"""The follow-up of an entry through the API: its yearly confirmation, programmes for it, its growth over time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from directory.entities import GrowthFinding
from tests.factories import NOW, make_firm
from tests.journeys.stage import PUBLIC, Stage
from tests.record.steps import change, firm_at, keep, seal
from tests.rules.report_lives import china

BADGE = "query($number: String) { firm(entryNumber: $number) { nextConfirmationDue lapsed } }"
SEARCH = "query($lapsed: Boolean) { firms(filter: { lapsed: $lapsed }) { nodes { entryNumber } } }"


@pytest.mark.parametrize(("instant", "lapsed"), [("2026-02-28 23:59", False), ("2026-03-01 00:00", True)])
async def test_the_search_and_the_entry_agree_on_lapsed_at_the_instant(
    stage: Stage, instant: str, lapsed: bool
) -> None:
    """Both are computed from the last confirmation and the clock."""
    firm = make_firm(confirmed_at=china("2024-11-30 10:00"))
    await keep(stage.record, firm)
    await stage.index()
    stage.at(instant)

    shown = (await stage.ask(PUBLIC, BADGE, number=firm.entry_number))["firm"]
    assert shown == {"nextConfirmationDue": "2025-11-30", "lapsed": lapsed}
    for asked in (True, False):
        found = (await stage.ask(PUBLIC, SEARCH, lapsed=asked))["firms"]["nodes"]
        assert found == ([{"entryNumber": firm.entry_number}] if asked is lapsed else [])


async def test_programmes_come_with_their_reasons(stage: Stage) -> None:
    """Which criterion is met, and which nobody can tell."""
    firm = make_firm()
    await keep(stage.record, firm)
    query = """query($number: String) { firm(entryNumber: $number) {
        programmeMatches { programme { code } findings { criterion wanted met } } } }"""

    matches = (await stage.ask(PUBLIC, query, number=firm.entry_number))["firm"]["programmeMatches"]

    found = {one["programme"]["code"]: one["findings"] for one in matches}
    assert found["startup-loan"] == [
        {
            "criterion": "TARGET",
            "wanted": ["individual-household", "small-micro-enterprise", "student-entrepreneur"],
            "met": None,
        }
    ]


async def test_every_growth_assessment_is_dated_and_kept(stage: Stage) -> None:
    """The present one and those before it, from the log."""
    first = GrowthFinding(ruleset="MEG-1", qualifies=False, assessed_at=NOW, criteria=())
    second = first.model_copy(update={"qualifies": True, "assessed_at": NOW + timedelta(days=365)})
    firm = make_firm(growth=first)
    await keep(stage.record, firm)
    await change(stage.record, await firm_at(stage.record, firm.id), growth=second)
    await change(stage.record, await firm_at(stage.record, firm.id), status_reason="核查")
    await seal(stage.record)
    query = "query($number: String) { firm(entryNumber: $number) { growthHistory { qualifies assessedAt } } }"

    history = (await stage.ask(PUBLIC, query, number=firm.entry_number))["firm"]["growthHistory"]

    assert [(one["qualifies"], one["assessedAt"][:10]) for one in history] == [
        (False, "2026-03-02"),
        (True, "2027-03-02"),
    ]
