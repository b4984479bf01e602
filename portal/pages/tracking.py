"""The page of a report by its number (办理进度): where it stands, whom it waits for until when, what its reporter may do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from directory.moves import Action
from portal.evidence import ACCEPTED, received, sends_file
from portal.faults import not_found
from portal.forms import Form
from portal.operation import Operation, operation
from portal.page import Page
from portal.pages.desk_points import STEP_STATES
from portal.report_acts import WITHDRAW_EVIDENCE
from portal.visit import Visit

TRACKING = operation("tracking")
# Beside the list of the files, not among the moves.
TAKE_BACK, ADD = "take_back", "evidence"
# The reporter's moves, by the name of their form: what they run, the moves of the API that they stand for, what is said after.
MOVES: Mapping[str, tuple[Operation, frozenset[str], str]] = {
    "inform": (operation("report_inform"), frozenset({"provide_information"}), "flash.report_informed"),
    "answer": (
        operation("report_answer"),
        frozenset({"confirm", "confirm_part", "dispute"}),
        "flash.report_answered",
    ),
    "reopen": (operation("report_reopen"), frozenset({"reopen"}), "flash.report_reopened"),
    "message": (operation("report_message"), frozenset({"message_agency"}), "flash.report_message"),
    "withdraw": (operation("report_withdraw"), frozenset({"withdraw"}), "flash.report_withdrawn"),
    TAKE_BACK: (WITHDRAW_EVIDENCE, frozenset({"withdraw_evidence"}), "flash.evidence_withdrawn"),
}
# The stages of a life without detours, and where each status stands in it.
STAGES = ("received", "taken_up", "assigned", "in_progress", "answered", "resolved")
STAGE_OF: Mapping[str, int] = {
    "REPORTED": 1,
    "TRIAGED": 2,
    "ASSIGNED": 3,
    "IN_PROGRESS": 4,
    "INFORMATION_NEEDED": 4,
    "RESOLUTION_PROPOSED": 5,
    "RESOLVED": 7,
}
# What the timeline tells of beside the moves.
LINKS = ("link_blocking_point", "unlink_blocking_point")
WORDED_ACTIONS = frozenset({*(action.value for action in Action), *LINKS})
ACTORS = frozenset({"reporter", "triage", "supervisor", "clock"})


async def tracking(visit: Visit) -> Response:
    """The report with the number in the path, as far as the visitor may read it."""
    return await _shown(visit, {})


async def move(visit: Visit) -> Response:
    """One of the reporter's moves."""
    if sends_file(visit):
        return await _added(visit)
    form = await visit.form()
    asked = form.value("ask")
    if asked not in MOVES:
        raise not_found()
    mutation, _, flash = MOVES[asked]
    done = await visit.send(mutation, form)
    if done is None:
        return await _shown(visit, {asked: form}, status=422)
    return visit.go(f"/reports/{done['blockage']['reference']}", flash=flash)


async def _added(visit: Visit) -> Response:
    form = await received(visit)
    if form.faulty:
        return await _shown(visit, {ADD: form}, status=422)
    return visit.go(f"/reports/{visit.given('reference')}", flash="flash.evidence_added")


async def _shown(visit: Visit, forms: Mapping[str, Form], status: int = 200) -> Response:
    data = await visit.ask(TRACKING, reference=visit.given("reference"))
    report = data["blockage"]
    if report is None:
        raise not_found()
    if report["reference"] != visit.given("reference") and not forms:
        return visit.go(f"/reports/{report['reference']}")
    names = {one["code"]: one["name"] for one in data["agencies"]} | _concerned(report)
    running = [one for one in report["deadlines"] if one["metAt"] is None and not one["void"]]
    return await visit.show(
        "tracking.html",
        status=status,
        report=report,
        forms_of={name: forms.get(name, Form()) for name in (*MOVES, ADD)},
        asked=next(iter(forms), None),
        open=_open(report) - {TAKE_BACK},
        accepted=ACCEPTED,
        running=_next_due(report, running),
        stages=[visit.text(f"tracking.stage.{stage}") for stage in STAGES],
        stage=STAGE_OF.get(report["status"]),
        step_states=STEP_STATES,
        steps=[(one["at"], _titled(visit, one, names), one["note"]) for one in reversed(report["timeline"])],
        sender=lambda code: _actor(visit, code, names),
    )


def _open(report: Mapping[str, Any]) -> set[str]:
    return {name for name, (_, moves, _) in MOVES.items() if moves & set(report["openActions"])}


def _next_due(report: Mapping[str, Any], running: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The limit to show first: of those that run, the one that ends first; the reply to a supervision is the agency's own."""
    own = [one for one in running if one["stage"] != "reply"] or running
    return min(own, key=lambda one: str(one["dueAt"]), default=None) if report["closedAt"] is None else None


def _concerned(report: Mapping[str, Any]) -> dict[str, str]:
    agencies = [
        report["agency"],
        *report["coAgencies"],
        *(one["proposedBy"] for one in report["resolutions"]),
    ]
    return {one["code"]: one["name"] for one in agencies if one}


def _titled(visit: Visit, step: Mapping[str, Any], names: Mapping[str, str]) -> str:
    action = step["action"] if step["action"] in WORDED_ACTIONS else "other"
    return visit.text(
        "tracking.step", actor=_actor(visit, step["actor"], names), action=visit.text(f"step.{action}")
    )


def _actor(visit: Visit, code: str, names: Mapping[str, str]) -> str:
    """What a party is called; a local office that has no name here by its kind."""
    if code in ACTORS:
        return visit.text(f"actor.{code}")
    return names.get(code) or names.get(code.partition("@")[0]) or code


PAGES = (Page("/reports/{reference}", tracking, move),)
