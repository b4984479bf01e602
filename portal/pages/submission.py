"""What became of a submission (申报状态): where it stands, what happens next and by when, what it is asked to change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from directory.workdays import local_date
from portal.declared import telling
from portal.faults import not_found
from portal.forms import Form
from portal.operation import Operation, operation
from portal.page import Page
from portal.pages.apply import choices
from portal.profiles import PREFIX, STEPS, account_places, figure_places, form_of, shown_again, tidied
from portal.visit import Visit

SUBMISSION = operation("submission")
ASKED: Mapping[str, tuple[Operation, str]] = {
    "resubmit": (operation("submission_resubmit"), "flash.resubmitted"),
    "withdraw": (operation("submission_withdraw"), "flash.submission_withdrawn"),
}
OPEN = frozenset({"SUBMITTED", "UNDER_REVIEW", "CHANGES_REQUESTED", "PUBLIC_NOTICE"})
STAGES = ("SUBMITTED", "UNDER_REVIEW", "PUBLIC_NOTICE", "APPROVED")
STAGE_OF = {"SUBMITTED": 1, "UNDER_REVIEW": 2, "CHANGES_REQUESTED": 2, "PUBLIC_NOTICE": 3, "APPROVED": 5}


async def submission(visit: Visit) -> Response:
    """The submission with the id in the path; a draft is gone on with where it is filled in."""
    return await _shown(visit, None, None)


async def send(visit: Visit) -> Response:
    """Hands it in again with answers and corrections, or takes it back."""
    form = await visit.form()
    asked = form.value("ask")
    if asked not in ASKED:
        raise not_found()
    mutation, flash = ASKED[asked]
    tidied(form)
    done = await visit.send(mutation, form, submission=visit.given("id"))
    if done is None:
        shown_again(form)
        return await _shown(visit, form, asked, status=422)
    return visit.go(f"/submissions/{visit.given('id')}", flash=flash)


async def _shown(visit: Visit, form: Form | None, asked: str | None, status: int = 200) -> Response:
    data = await visit.ask(SUBMISSION, id=visit.given("id"))
    node = data["node"]
    if not node:
        raise not_found()
    questions = [one for one in node["changeRequests"] if one["answer"] is None]
    correcting = node["status"] == "CHANGES_REQUESTED" and node["kind"] == "REGISTRATION"
    shown = form if form is not None and asked == "resubmit" else form_of(declared(node))
    return await visit.show(
        "submission.html",
        status=status,
        node=node,
        form=shown,
        problems=form or Form(),
        asked=asked,
        is_open=node["status"] in OPEN,
        own=visit.visitor.has("FIRM"),
        stages=STAGES,
        stage=STAGE_OF.get(node["status"]),
        questions=questions,
        comments={one["field"]: one["comment"] for one in questions},
        correcting=correcting,
        steps=tuple(STEPS),
        prefix=PREFIX,
        told=await telling(visit),
        choices=await choices(visit, data) if correcting else {},
        accounts=account_places(shown),
        figures=figure_places(shown, local_date(visit.site.common.services.clock())),
    )


def declared(node: Mapping[str, Any]) -> dict[str, Any]:
    """The profile that a registration declares."""
    profile = {one["field"].removeprefix(PREFIX): one["after"] for one in node["changes"]}
    return {**profile, "metrics": node["metrics"]}


PAGES = (Page("/submissions/{id}", submission, send),)
