"""How agencies do: the same measure for all, none for those with few reports, one question for a page of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
import pytest_asyncio

from directory.entities import Blockage, Firm
from directory.states import Visibility
from indexer.query.search import Search
from indexer.query.tallies import Tallied, Tally
from schema.node import global_id
from tests.factories import make_blockage, make_firm
from tests.journeys.stage import ANALYST, LEADER, PUBLIC, SUPERVISOR, Person, Stage, staged_in
from tests.rules.report_lives import LEAD, SECOND_LEAD, Life
from tests.schema.blockages.corpus import indexed

PERFORMANCE = """query Performance($code: ID!, $from: Date, $to: Date) {
    node(id: $code) { ... on Agency { code performance(from: $from, to: $to) {
        assigned claimed confirmed contested unanswered closedUnresolved overdue transfersAway
        openAges { fromDays toDays count }
        medianDaysToAccept medianDaysToResolution p90DaysToResolution
        onTimeRate confirmationRate reopenRate meanRating withheld(language: EN) asOf
    } } }
}"""


def quick(firm: Firm) -> Blockage:
    """Taken up on the day, confirmed a week later."""
    life = Life("2026-03-02 10:00").triage().assign(LEAD).accept()
    return of(firm, life.at("2026-03-09 10:00").propose().confirm())


def lying(firm: Firm) -> Blockage:
    """Accepted after two days, and nothing more."""
    return of(firm, Life("2026-03-02 10:00").triage().assign(LEAD).at("2026-03-04 10:00").accept())


def handed_on(firm: Firm) -> Blockage:
    """Taken from one agency, given to another that has not accepted it."""
    return of(firm, Life("2026-03-02 10:00").triage().assign(LEAD).accept().transfer())


def of(firm: Firm, life: Life) -> Blockage:
    """The report of a life as one of the firm's, under a number of its own."""
    fresh = make_blockage()
    own = {
        "id": fresh.id,
        "reference": fresh.reference,
        "firm_id": firm.id,
        "version": 0,
        "reporter": firm.owner,
    }
    return life.report.model_copy(update=own)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def agencies(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One agency with twelve reports, eight of them resolved; another with three, which it was handed."""
    async with staged_in(tmp_path_factory.mktemp("performance")) as stage:
        firm = make_firm(owner="firm-user")
        kept = quick(firm).model_copy(update={"visibility": Visibility.AGENCIES_ONLY})
        reports = [quick(firm) for _ in range(8)] + [lying(firm) for _ in range(4)]
        await indexed(stage, firm, *reports, kept, *(handed_on(firm) for _ in range(3)))
        stage.at("2026-04-13 10:00")
        yield stage


async def performance(stage: Stage, who: Person, agency: str, **period: str) -> dict[str, Any]:
    """An agency's figures as someone gets them."""
    answer = await stage.ask(who, PERFORMANCE, code=global_id("Agency", agency), **period)
    told: dict[str, Any] = answer["node"]["performance"]
    return told


async def test_what_lies_counts_in_the_days_to_resolution(agencies: Stage) -> None:
    """Eight of twelve took five working days; four still lie: the median is known, nine tenths are not."""
    told = await performance(agencies, ANALYST, LEAD)

    assert (told["assigned"], told["confirmed"], told["overdue"]) == (12, 8, 4)
    assert told["medianDaysToResolution"] == 5
    assert told["p90DaysToResolution"] is None
    assert told["onTimeRate"] == pytest.approx(8 / 12)
    assert (told["confirmationRate"], told["meanRating"], told["reopenRate"]) == (1, 5, 0)
    assert told["withheld"] is None


async def test_acceptance_counts_from_the_assignment(agencies: Stage) -> None:
    """Most were taken on at once."""
    assert (await performance(agencies, ANALYST, LEAD))["medianDaysToAccept"] == 0


async def test_open_reports_are_told_by_age(agencies: Stage) -> None:
    """In working days since the report."""
    ages = (await performance(agencies, ANALYST, LEAD))["openAges"]
    assert [(band["fromDays"], band["count"]) for band in ages] == [(0, 0), (6, 0), (11, 4), (31, 0), (61, 0)]


async def test_what_an_agency_handed_on_is_told(agencies: Stage) -> None:
    """It is no longer in its other figures, and not forgotten."""
    assert (await performance(agencies, ANALYST, LEAD))["transfersAway"] == 3
    assert (await performance(agencies, ANALYST, SECOND_LEAD))["transfersAway"] == 0


@pytest.mark.parametrize("who", [PUBLIC, ANALYST, LEADER, SUPERVISOR], ids=lambda who: who.subject)
async def test_nobody_compares_agencies_by_a_few_reports(agencies: Stage, who: Person) -> None:
    """Three reports make no rank: the reason stands where the figures would."""
    told = await performance(agencies, who, SECOND_LEAD)

    for figure in (
        "medianDaysToAccept",
        "medianDaysToResolution",
        "onTimeRate",
        "confirmationRate",
        "meanRating",
    ):
        assert told[figure] is None
    assert f"Fewer than {13 if who is PUBLIC else 10}" in told["withheld"]
    assert told["assigned"] == (0 if who is PUBLIC else 3)


async def test_all_but_supervisors_are_told_of_the_same_reports(agencies: Stage) -> None:
    """Of those that anyone may read, also before the agency's own officers; the public to the nearest five."""
    told = {
        who: (await performance(agencies, who, LEAD))["assigned"]
        for who in (PUBLIC, ANALYST, LEADER, SUPERVISOR)
    }
    assert told == {PUBLIC: 10, ANALYST: 12, LEADER: 12, SUPERVISOR: 13}


async def test_the_period_is_that_of_the_reports(agencies: Stage) -> None:
    """Both days included; the other way round it is refused."""
    assert (await performance(agencies, ANALYST, LEAD, **{"from": "2026-03-02", "to": "2026-03-02"}))[
        "assigned"
    ] == 12
    assert (await performance(agencies, ANALYST, LEAD, **{"from": "2026-03-03"}))["assigned"] == 0
    answer = await agencies.answer(
        ANALYST, '{ agencies { performance(from: "2026-03-03", to: "2026-03-02") { assigned } } }'
    )
    assert set(answer.codes) == {"INVALID"}


async def test_a_page_of_agencies_is_one_question(agencies: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are."""
    asked: list[Sequence[Tally]] = []
    tally = agencies.engine.tally

    async def counting(search: Search, tallies: Sequence[Tally]) -> Tallied:
        asked.append(tallies)
        return await tally(search, tallies)

    monkeypatch.setattr(agencies.engine, "tally", counting)
    found = await agencies.ask(ANALYST, "{ agencies { code performance { assigned medianDaysToAccept } } }")

    assert len(found["agencies"]) > 20
    assert len(asked) == 1
