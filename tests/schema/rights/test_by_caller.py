"""What everyone reads differently: who reads all of it, on the same four things, by the written table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.journeys.stage import Stage
from tests.schema.rights.table import ALL_OF_IT, BY_CALLER, FIELDS, PEOPLE
from tests.schema.rights.things import things_of

READ = """query($firm: ID!, $submission: ID!, $report: ID!, $point: ID!) {
    firm: node(id: $firm) { ... on Firm { metrics { value band } } }
    submission: node(id: $submission) { ... on Submission { openActions } }
    report: node(id: $report) { ... on Blockage {
        timeline { action note } supervision { reply } closeReason openActions
    } }
    point: node(id: $point) { ... on BlockingPoint { openActions impact { silentFirms } blockages { totalCount } } }
}"""
FEED = """query($after: String) { changes(after: $after) {
    nodes { kind actor changes { field after } } pageInfo { endCursor hasNextPage }
} }"""


def _note(read: Any) -> bool:
    return any(step["note"] for step in read["report"]["timeline"] if step["action"] == "request_information")


# Whether a person read all of a field, out of what the person read.
WHOLE: Mapping[str, Callable[[Any], bool]] = {
    "TimelineEntry.note": _note,
    "Supervision.reply": lambda read: read["report"]["supervision"]["reply"] is not None,
    "Blockage.closeReason": lambda read: read["report"]["closeReason"] is not None,
    "Blockage.openActions": lambda read: read["report"]["openActions"] != [],
    "MetricReading.value": lambda read: all(one["band"] is None for one in read["firm"]["metrics"]),
    "BlockingPoint.openActions": lambda read: read["point"]["openActions"] != [],
    # Anyone may object while it is announced.
    "Submission.openActions": lambda read: read["submission"]["openActions"] not in ([], ["object"]),
    "BlockingPoint.impact": lambda read: read["point"]["impact"] is not None,
}


async def test_all_of_it_is_for_the_persons_of_its_row(stage: Stage) -> None:
    """The others read the same field rounded, without what parties wrote, or empty."""
    things = await things_of(stage)
    given = {
        "firm": things["Firm"],
        "submission": things["Submission"],
        "report": things["Blockage"],
        "point": things["BlockingPoint"],
    }
    read = {name: await stage.ask(who, READ, **given) for name, who in PEOPLE.items()}

    for field, whole in WHOLE.items():
        assert {name for name, found in read.items() if whole(found)} == ALL_OF_IT[field], field


async def test_the_feed_names_officers_and_words_for_the_persons_of_its_row(stage: Stage) -> None:
    """Who acted is for the offices, what parties wrote for the parties, who reported for the reporter."""
    await things_of(stage)
    found = {name: await _feed(stage, name) for name in ALL_OF_IT["Query.changes"]}

    named = {name for name, changes in found.items() if any(one["actor"] == "leader" for one in changes)}
    assert named == ALL_OF_IT["Change.actor"]
    worded = {name for name, changes in found.items() if "请提供三个月的结算单" in str(changes)}
    assert worded == ALL_OF_IT["FieldChange.after"]
    of_reports = {
        name: [one for one in changes if one["kind"].startswith("blockage:")]
        for name, changes in found.items()
    }
    assert all(changes and "firm-user" not in str(changes) for changes in of_reports.values())


async def _feed(stage: Stage, name: str) -> list[Any]:
    changes: list[Any] = []
    after, more = None, True
    while more:
        page = (await stage.ask(PEOPLE[name], FEED, after=after))["changes"]
        changes += page["nodes"]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return changes


def test_what_is_read_differently_is_tested_somewhere() -> None:
    """Each such field has its row of persons, or the reason why it has none: it lists what is told by rules of its own."""
    different = {
        f"{kind}.{field}" for kind, rows in FIELDS.items() for field, who in rows.items() if who == BY_CALLER
    }
    lists = {
        "Blockage.supervision", "Blockage.timeline", "Blockage.blockingPoint", "Blockage.similar",
        "Blockage.similarWithReasons", "Blockage.suggestedBlockingPoints",
        "Blockage.suggestedBlockingPointsWithReasons", "BlockingPoint.blockages",
        "BlockingPoint.suspectedRecurrences", "BlockingPoint.history",
        "BlockingPoint.regionsCompared", "ClauseBurden.yearlyCostCny", "Change.changes", "Firm.metrics",
        "Firm.blockages", "Firm.submissions", "Firm.history", "Firm.fieldChanges", "Submission.firm",
        "Submission.metrics", "Submission.contact", "Firm.contact", "Firm.consents",
    }  # fmt: skip
    same_rule = {"MetricReading.band", "TimelineEntry.actor", "FieldChange.before"}

    assert different - lists - same_rule <= ALL_OF_IT.keys()
