"""What became of an invented report: legal lives in every state, cut off at today."""

import re
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any, NamedTuple

from directory.vocabulary import Term
from seeds.fiction.causes import cause
from seeds.fiction.words import Slots, stories
from seeds.reference import load_reference
from seeds.sample import Action, SampleStep

_TAKEN: tuple[Action, ...] = ("triage", "assign", "accept")


class Course(NamedTuple):
    """One way a report can go. Any beginning of a legal course is legal, so that today may cut it off."""

    weight: int
    actions: tuple[Action, ...]


_COURSES = (
    Course(7, ()),
    Course(6, ("triage",)),
    Course(6, ("triage", "assign")),
    Course(3, ("triage", "assign", "return", "assign", "accept", "post_progress", "propose", "confirm")),
    Course(11, (*_TAKEN, "post_progress")),
    Course(5, (*_TAKEN, "request_information")),
    Course(6, (*_TAKEN, "request_information", "provide_information", "post_progress", "propose", "confirm")),
    Course(20, (*_TAKEN, "post_progress", "propose", "confirm")),
    Course(7, (*_TAKEN, "propose", "confirm")),
    Course(10, (*_TAKEN, "post_progress", "propose")),
    Course(4, (*_TAKEN, "propose", "dispute", "post_progress", "propose", "confirm")),
    Course(3, (*_TAKEN, "propose", "dispute", "propose", "dispute", "post_progress")),
    Course(3, (*_TAKEN, "propose", "dispute", "post_progress")),
    Course(4, (*_TAKEN, "extend", "post_progress", "propose", "confirm")),
    Course(3, (*_TAKEN, "supervise", "post_progress", "propose", "confirm")),
    Course(4, (*_TAKEN, "post_progress", "close_unresolved")),
    Course(3, ("withdraw",)),
    Course(2, (*_TAKEN, "withdraw")),
)
_REJECTED_SHARE = 0.05
_CHINESE = re.compile("[\u4e00-\u9fff]")

_EXTENSION = 2  # working days that any severity allows
# Calendar days since the step before: from, to. Short where a limit would end the right to the step.
_GAPS: Mapping[Action, tuple[int, int]] = {
    "triage": (0, 2),
    "assign": (0, 2),
    "accept": (0, 3),
    "return": (0, 2),
    "request_information": (1, 5),
    "provide_information": (1, 10),
    "post_progress": (2, 9),
    "propose": (1, 14),
    "confirm": (0, 8),
    "dispute": (0, 8),
    "extend": (0, 1),
    "supervise": (0, 1),
    "close_unresolved": (10, 40),
    "withdraw": (1, 20),
}
_REMEDIES = {
    "policy": ("RULE_CLARIFIED", "RULE_CLARIFIED", "POLICY_CHANGED", "SERVICE_PROVIDED"),
    "execution": ("CASE_SETTLED", "CASE_SETTLED", "SERVICE_PROVIDED", "RULE_CLARIFIED"),
    "supervision": ("PLATFORM_REMEDIED", "PLATFORM_REMEDIED", "CASE_SETTLED"),
    "mediation": ("CASE_SETTLED",),
}


class Matter(NamedTuple):
    """What a life is about."""

    category: Term
    report: Mapping[str, Any]
    region: str
    slots: Slots


def life(chance: Random, matter: Matter, age_days: int) -> tuple[SampleStep, ...]:
    """The steps of the first `age_days` days of a report."""
    if chance.random() < _REJECTED_SHARE:
        course: tuple[Action, ...] = ("triage",)
        reasons = load_reference().vocabulary("refusal_reasons").terms
        refused = {"accept": False, "reason": chance.choice(reasons).code}
    else:
        course, refused = chance.choices([c.actions for c in _COURSES], [c.weight for c in _COURSES])[0], {}
    return tuple(_steps(chance, matter, course, age_days, refused))


def duplicate(chance: Random, first_key: str, matter: Matter) -> SampleStep:
    """The one step in the life of a report that repeats an earlier one of the same firm (并案)."""
    reason = _note(chance, matter, "duplicate")
    return SampleStep(
        "triage", chance.randint(0, 1), {"accept": False, "duplicate_of": first_key, "reason": reason}
    )


def _steps(
    chance: Random, matter: Matter, course: tuple[Action, ...], age_days: int, refused: Mapping[str, Any]
) -> Iterator[SampleStep]:
    day, holder = 0, ""
    for action in course:
        day += chance.randint(*_GAPS[action])
        if day > age_days:
            return
        params = refused or _params(chance, matter, action)
        if action == "assign":
            params = _elsewhere(matter, params) if holder == params["agency"] else params
            holder = params["agency"]
        yield SampleStep(action, day, params)


def _elsewhere(matter: Matter, params: Mapping[str, Any]) -> dict[str, Any]:
    """The assignment, but not to the office that has just sent the report back."""
    other = "local-gsb" if params["agency"].startswith("local-gov") else "local-gov"
    agency = load_reference().agencies.handling(other, matter.region).code
    return {"agency": agency, "note": params["note"]}


def _note(chance: Random, matter: Matter, kind: str, language: str = "zh") -> str:
    return matter.slots.fill(chance.choice(stories()["notes"][language][kind]), language)


def _voice(matter: Matter) -> str:
    """The language that the reporter writes in."""
    return "zh" if _CHINESE.search(matter.report["title"]) else "en"


_NOTES: Mapping[Action, str] = {
    "accept": "accept",
    "return": "return",
    "request_information": "request",
    "post_progress": "progress",
    "supervise": "supervise",
    "close_unresolved": "unresolved",
}


def _params(chance: Random, matter: Matter, action: Action) -> dict[str, Any]:
    """What the API input of `action` holds beside id and version."""
    if kind := _NOTES.get(action):
        return {"note": _note(chance, matter, kind)}
    match action:
        case "triage":
            return {"accept": True, **cause(matter.category, matter.report["title"])}
        case "assign":
            return _assignment(chance, matter)
        case "propose":
            return _proposal(chance, matter)
        case "extend":
            return {"working_days": chance.randint(1, _EXTENSION), "reason": _note(chance, matter, "extend")}
        case _:
            return _answer(chance, matter, action)


def _answer(chance: Random, matter: Matter, action: Action) -> dict[str, Any]:
    """What the reporter says, in the reporter's language."""
    voice = _voice(matter)
    match action:
        case "confirm":
            rating = chance.choices((1, 2, 3, 4, 5), (2, 5, 18, 40, 35))[0]
            return {"rating": rating, "comment": _note(chance, matter, "comment", voice)}
        case "dispute":
            return {"comment": _note(chance, matter, "dispute", voice)}
        case "withdraw":
            by_agency = chance.random() < 0.05
            return {"reason": _note(chance, matter, "withdraw", voice), "asked_by_agency": by_agency}
        case _:
            return {"note": _note(chance, matter, "provide", voice)}


def _assignment(chance: Random, matter: Matter) -> dict[str, Any]:
    """The lead agency of the category: its local office, or the national body where a rule has to change."""
    agencies, category = load_reference().agencies, matter.category
    lead = category.extra["lead_agencies"][0]
    local = agencies.handling(lead, matter.region).code
    nature = load_reference().vocabulary("natures").require(category.extra["nature"])
    national = (
        nature.extra.get("remedy") == "policy"
        and chance.random() < 0.4
        and agencies.require(lead).office is None
    )
    params: dict[str, Any] = {"agency": lead if national else local, "note": _note(chance, matter, "assign")}
    helpers = [
        agencies.handling(code, matter.region).code for code in category.extra.get("co_agencies", ())[:2]
    ]
    if chance.random() < 0.3 and (others := [code for code in helpers if code != params["agency"]]):
        params["co_agencies"] = others
    return params


def _proposal(chance: Random, matter: Matter) -> dict[str, Any]:
    nature = load_reference().vocabulary("natures").require(matter.category.extra["nature"])
    kind, clauses = (
        chance.choice(_REMEDIES[nature.extra.get("remedy", "execution")]),
        matter.report.get("clauses"),
    )
    if kind == "POLICY_CHANGED" and not clauses:
        kind = "RULE_CLARIFIED"
    summary = matter.slots.fill(chance.choice(stories()["notes"]["zh"]["propose"][kind]), "zh")
    params: dict[str, Any] = {"kind": kind, "summary": summary}
    if kind in ("RULE_CLARIFIED", "POLICY_CHANGED") and clauses:
        params["clause"] = clauses[0]
    return params
