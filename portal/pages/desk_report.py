"""A report at the desk of an office: all that is known of it, and the form of every act that is open now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from directory.causes import UNKNOWN
from portal.acts import Act, chosen, offered
from portal.desk_choices import choices_for, vocabulary
from portal.evidence import ACCEPTED, received, sends_file, there
from portal.faults import not_found
from portal.forms import Form
from portal.office import turned_away
from portal.operation import operation
from portal.page import Page
from portal.pages.desk import level_of
from portal.pages.desk_points import STEP_STATES
from portal.report_acts import REPORT_ACTS
from portal.visit import Visit

REPORT = operation("desk_report")
STAGES = {
    "triage": "desk.stage.triage",
    "assign": "desk.stage.assign",
    "accept": "desk.stage.accept",
    "resolve": "desk.stage.resolve",
    "confirm": "desk.stage.confirm",
    "reply": "desk.stage.reply",
}
CAUSES = {
    "CLOCK": "desk.cause.clock",
    "DISPUTES": "desk.cause.disputes",
    "SUPERVISOR": "desk.cause.supervisor",
}
# Those who act on a report and are no agency.
ACTORS = {
    "reporter": "desk.actor.reporter",
    "triage": "desk.actor.triage",
    "supervisor": "desk.actor.supervisor",
    "clock": "desk.actor.clock",
}
STEPS = {
    "report": "desk.step.report",
    "triage_accept": "desk.step.triage_accept",
    "triage_reject": "desk.step.triage_reject",
    "mark_duplicate": "desk.step.mark_duplicate",
    "assign": "desk.step.assign",
    "transfer": "desk.step.transfer",
    "accept": "desk.step.accept",
    "return": "desk.step.return",
    "request_information": "desk.step.request_information",
    "provide_information": "desk.step.provide_information",
    "post_progress": "desk.step.post_progress",
    "plan_step": "desk.step.plan_step",
    "settle_step": "desk.step.settle_step",
    "extend": "desk.step.extend",
    "propose": "desk.step.propose",
    "confirm": "desk.step.confirm",
    "confirm_part": "desk.step.confirm_part",
    "dispute": "desk.step.dispute",
    "lapse": "desk.step.lapse",
    "lapse_part": "desk.step.lapse",
    "reopen": "desk.step.reopen",
    "supervise": "desk.step.supervise",
    "reply_to_supervision": "desk.step.reply",
    "close_unresolved": "desk.step.close",
    "withdraw": "desk.step.withdraw",
    "call_back": "desk.step.call_back",
    "reinstate": "desk.step.reinstate",
    "message_reporter": "desk.step.message_reporter",
    "message_agency": "desk.step.message_agency",
    "approve_public_text": "desk.step.approve_public_text",
    "unseal_reporter": "desk.step.unseal",
    "add_evidence": "desk.step.add_evidence",
    "add_office_evidence": "desk.step.add_evidence",
    "withdraw_evidence": "desk.step.withdraw_evidence",
    "redact_evidence": "desk.step.redact_evidence",
    "publish_evidence": "desk.step.publish_evidence",
    "link_blocking_point": "desk.step.link",
    "unlink_blocking_point": "desk.step.unlink",
}
OTHER_STEP = "desk.step.other"
PUBLIC_TEXT = "approve_public_text"
OUTCOMES = {"WITHDRAWN_FREELY": "act.outcome.freely", "REOPENED": "act.outcome.reopened"}


async def report(visit: Visit) -> Response:
    """The report with the form that the address names, if it is open."""
    away = await turned_away(visit)
    return away if away is not None else await _show(visit, await _found(visit), Form())


async def send(visit: Visit) -> Response:
    """Does what the form says; what is to be corrected is told at the form."""
    if sends_file(visit):
        return await _added(visit)
    form = await visit.form()
    act = next((one for one in REPORT_ACTS if one.name == form.value("act")), None)
    if act is None:
        raise not_found()
    if await visit.send(act.operation, form, **act.fixed) is None:
        return await _show(visit, await _found(visit), form, act)
    return visit.go(f"/desk/reports/{visit.given('reference')}", flash="flash.report_done")


async def _added(visit: Visit) -> Response:
    form = await received(visit)
    if form.faulty:
        return await _show(visit, await _found(visit), Form(), adding=form)
    return visit.go(f"/desk/reports/{visit.given('reference')}", flash="flash.evidence_added")


async def _found(visit: Visit) -> Mapping[str, Any]:
    data = await visit.ask(REPORT, reference=visit.given("reference"))
    if data["blockage"] is None:
        raise not_found()
    found: Mapping[str, Any] = data["blockage"]
    return {**found, "viewer": data["viewer"]}


async def _show(
    visit: Visit,
    found: Mapping[str, Any],
    form: Form,
    sent: Act | None = None,
    adding: Form | None = None,
) -> Response:
    acts = offered(REPORT_ACTS, found["openActions"])
    act = sent or chosen(acts, visit)
    choices = await _choices(visit, found, act)
    running = [one for one in found["deadlines"] if one["workingDaysLeft"] is not None]
    return await visit.show(
        "desk_report.html",
        status=422 if form.faulty or adding else 200,
        report=found,
        acts=acts,
        act=act,
        form=form,
        adding=adding or Form(),
        adds=bool({"add_office_evidence", "redact_evidence"} & set(found["openActions"])),
        accepted=ACCEPTED,
        choices=choices,
        limits=[(level_of(one), one, STAGES[one["stage"]]) for one in running],
        causes=CAUSES,
        step_states=STEP_STATES,
        timeline=[
            (
                one["at"],
                f"{_actor(visit, choices, one['actor'])} · {_step(visit, one['action'])}",
                one["note"],
            )
            for one in found["timeline"]
        ],
        sender=lambda code: _actor(visit, choices, code),
        messages=[
            (one["at"], _actor(visit, choices, one["sender"]), one["text"]) for one in found["messages"]
        ],
    )


def _step(visit: Visit, action: str) -> str:
    return visit.text(STEPS.get(action, OTHER_STEP))


def _actor(visit: Visit, choices: Mapping[str, Any], actor: str) -> str:
    key = ACTORS.get(actor)
    return visit.text(key) if key else str(choices["names"].get(actor, actor))


async def _choices(visit: Visit, found: Mapping[str, Any], act: Act | None) -> dict[str, Any]:
    choices = await choices_for(visit, found["suggestedAgencies"])
    agencies = _named(found)
    choices["names"] |= agencies
    helpers = {one["code"]: one["name"] for one in (*found["coAgencies"], *found["suggestedCoAgencies"])}
    unknown = (UNKNOWN, visit.text("report.not_stated"))
    return {
        **choices,
        "severities": await vocabulary(visit, "severities"),
        "resolution_kinds": await vocabulary(visit, "resolution_kinds"),
        "cause_levels": [unknown, *await vocabulary(visit, "cause_levels")],
        "procedure_steps": [unknown, *await vocabulary(visit, "procedure_steps")],
        "refusals": await vocabulary(visit, "refusal_reasons"),
        "outcomes": [(value, visit.text(key)) for value, key in OUTCOMES.items()],
        "co_agencies": [(code, name, None) for code, name in helpers.items()],
        "alike": [
            (one["blockage"]["id"], f"{one['blockage']['reference']} {one['blockage']['title']}")
            for one in found["similarWithReasons"]
        ],
        **_files(found),
        "owners": list(_parties(found).items()),
        "steps": [(one["key"], one["what"]) for one in _to_settle(visit, found)],
        "step_states": [(state, visit.text(STEP_STATES[state])) for state in ("DONE", "DROPPED")],
        "begun": _begun(found, act),
    }


def _files(found: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """The files to choose from: copies that may be published, what an office may take back, what lacks a copy."""
    files = there(found)
    copies = [one["redactionCopy"] for one in files if one["redactionCopy"]]
    own = [one for one in files if one["addedBy"] != "reporter"]
    return {
        "copies": [(one["key"], one["name"]) for one in copies if one["publishedAt"] is None],
        "own_files": [(one["key"], one["name"]) for one in (*own, *copies)],
        "without_copy": [(one["key"], one["name"]) for one in files if not one["redactionCopy"]],
    }


def _parties(found: Mapping[str, Any]) -> dict[str, str]:
    """The names of the agencies that may owe a step, by their codes: the responsible one first."""
    lead = [found["agency"]] if found["agency"] else []
    return {one["code"]: one["name"] for one in (*lead, *found["coAgencies"])}


def _to_settle(visit: Visit, found: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The steps still to be done: all of them for who answers for the report or supervises, else the own ones."""
    owed = [one for one in found["plan"] if one["status"] == "PLANNED"]
    own = (found["viewer"]["agency"] or {}).get("code")
    if visit.visitor.has("SUPERVISOR") or (found["agency"] and found["agency"]["code"] == own):
        return owed
    return [one for one in owed if one["owner"]["code"] == own]


def _begun(found: Mapping[str, Any], act: Act | None) -> Mapping[str, Any]:
    """What the form of an act begins with."""
    if act is None:
        return {}
    if act.name == PUBLIC_TEXT:
        public = found["publicText"] or {"title": found["title"], "summary": found["description"]}
        return {"title": public["title"], "summary": public["summary"]}
    lead = next(iter(found["suggestedAgencies"]), found["agency"])
    return {
        "category": found["category"]["code"],
        "severity": found["severity"],
        "clauses": [one["code"] for one in found["clauses"]],
        "causeLevel": found["causeLevel"]["code"] if found["causeLevel"] else "",
        "procedureStep": found["procedureStep"]["code"] if found["procedureStep"] else "",
        "agency": lead["code"] if lead else "",
        "coAgencies": [one["code"] for one in found["coAgencies"]],
        "publicTitle": found["title"],
        "publicSummary": found["description"],
    }


def _named(found: Mapping[str, Any]) -> dict[str, str]:
    """The agencies that the report speaks of, local offices too, by their codes."""
    spoken: Sequence[Mapping[str, Any]] = [
        *found["suggestedAgencies"],
        *found["suggestedCoAgencies"],
        *found["coAgencies"],
        *([found["agency"]] if found["agency"] else ()),
    ]
    return {one["code"]: one["name"] for one in spoken}


PAGES = (Page("/desk/reports/{reference}", report, send),)
