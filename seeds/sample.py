"""Sample data: firms with their reports, to be fed through the real commands by whoever needs a filled directory."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

from directory.routing import suggested_leads
from seeds.reading import read_json
from seeds.reference import load_reference

Outcome = Literal["listed", "in_review", "in_notice", "changes_requested", "rejected", "draft"]
Action = Literal[
    "triage",
    "assign",
    "accept",
    "return",
    "request_information",
    "provide_information",
    "post_progress",
    "propose",
    "confirm",
    "dispute",
    "extend",
    "supervise",
    "close_unresolved",
    "withdraw",
]


@dataclass(frozen=True, slots=True)
class SampleStep:
    """One thing that happened to a report, `after_days` calendar days after it was filed.

    `params` are those of the API input in snake_case, without id and version. `duplicate_of` of a triage is the `key`
    of an earlier report of the same firm.
    """

    action: Action
    after_days: int
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SamplePlanStep:
    """A step planned for a report or a blocking point: due `due_in_days` days after today, before today when negative."""

    planned_days_ago: int
    what: str
    owner: str
    due_in_days: int
    done_days_ago: int | None = None


@dataclass(frozen=True, slots=True)
class SampleReport:
    """A report (堵点报告) as filed, `reported_days_ago` days before today, and its life since.

    `report` has the keys of the API input in snake_case, without the firm. `plan` is made once an agency has it in hand.
    """

    key: str
    report: Mapping[str, Any]
    reported_days_ago: int
    steps: tuple[SampleStep, ...] = ()
    plan: tuple[SamplePlanStep, ...] = ()


@dataclass(frozen=True, slots=True)
class SampleFirm:
    """A firm, handed in `submitted_days_ago` days before today by `owner_subject`, and how far it got.

    `profile` has the keys of the API input in snake_case, figures as strings, dates in ISO 8601. `attested` says
    whether the reviewer vouches for its good standing. Only a listed firm has reports.
    """

    key: str
    owner_subject: str
    profile: Mapping[str, Any]
    submitted_days_ago: int
    outcome: Outcome
    attested: bool
    reports: tuple[SampleReport, ...] = ()


@dataclass(frozen=True, slots=True)
class SampleNote:
    """A public note on the progress of a blocking point, by the agency that leads it."""

    days_ago: int
    text: str


@dataclass(frozen=True, slots=True)
class SampleBlockingPoint:
    """A blocking point (政策堵点) of the article; `reports` are keys of `SampleReport`, often none.

    What is done about it, `notes` and `plan`, is invented.
    """

    key: str
    title: str
    title_en: str
    description: str
    description_en: str
    category: str
    clauses: tuple[str, ...]
    lead_agency: str
    reports: tuple[str, ...]
    voiced_by: str
    notes: tuple[SampleNote, ...] = ()
    plan: tuple[SamplePlanStep, ...] = ()


@cache
def article_cases() -> tuple[SampleFirm, ...]:
    """The nine firms built on the article of August 2020, with their eleven reports.

    Two of them, Xiaoyu and Xiangyan, carry the facts of the article; the others are fictional samples built on one
    sentence of it each. Monthly readings are synthetic series that end at the stated figures, plans are invented.
    """
    plans = {
        key: tuple(SamplePlanStep(**each) for each in steps)
        for key, steps in read_json("report_plans").items()
    }
    return tuple(_article_firm(item, plans) for item in read_json("article_cases"))


@cache
def blocking_points() -> tuple[SampleBlockingPoint, ...]:
    """The fourteen blocking points that the article names, some with an invented follow-up."""
    follow_up = read_json("point_follow_up")
    return tuple(
        _blocking_point(item, follow_up.get(item["key"], {})) for item in read_json("blocking_points")
    )


def _blocking_point(item: Mapping[str, Any], follow_up: Mapping[str, Any]) -> SampleBlockingPoint:
    return SampleBlockingPoint(
        **{**item, "clauses": tuple(item["clauses"]), "reports": tuple(item["reports"])},
        notes=tuple(SampleNote(**each) for each in follow_up.get("notes", ())),
        plan=tuple(SamplePlanStep(**each) for each in follow_up.get("plan", ())),
    )


@cache
def with_a_common_cause() -> tuple[SampleFirm, ...]:
    """The firms of the article, some of them with one more report each: invented ones, of causes that no point names yet."""
    more: dict[str, list[SampleReport]] = defaultdict(list)
    for item in read_json("common_causes"):
        found = SampleReport(
            item["key"], item["report"], item["reported_days_ago"], _taken_on(item["report"])
        )
        more[item["firm"]].append(found)
    return tuple(replace(firm, reports=(*firm.reports, *more.get(firm.key, ()))) for firm in article_cases())


def _article_firm(item: Mapping[str, Any], plans: Mapping[str, tuple[SamplePlanStep, ...]]) -> SampleFirm:
    reports = tuple(
        SampleReport(found["key"], found["report"], 30 - number, _taken_on(found["report"], plan), plan)
        for number, found in enumerate(item["reports"])
        for plan in [plans.get(found["key"], ())]
    )
    return SampleFirm(
        key=item["key"],
        owner_subject=f"article-{item['key']}",
        profile=item["profile"],
        submitted_days_ago=60,
        outcome="listed",
        attested=True,
        reports=reports,
    )


def _taken_on(report: Mapping[str, Any], plan: tuple[SamplePlanStep, ...] = ()) -> tuple[SampleStep, ...]:
    """The steps until an agency has the report in hand; the article tells of none, so they are the shortest there are.

    Whoever else owes a step of its `plan` helps.
    """
    lead = suggested_leads(report["category"], report["region"], load_reference())[0]
    helpers = tuple(dict.fromkeys(step.owner for step in plan if step.owner != lead))
    return (
        SampleStep("triage", 1, {"accept": True}),
        SampleStep("assign", 2, {"agency": lead, "co_agencies": helpers}),
        SampleStep("accept", 3, {}),
    )
