"""A submission at the desk of a reviewer (审核): what it changes, what it may repeat, how it grows, and the decision."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.responses import Response

from portal.acts import Act, Field, chosen, offered
from portal.declared import telling
from portal.desk_choices import vocabulary
from portal.faults import not_found
from portal.forms import Form
from portal.office import turned_away
from portal.operation import operation
from portal.page import Page
from portal.pages.firm import observed
from portal.profiles import PREFIX, STEPS
from portal.visit import Visit

SUBMISSION = operation("desk_submission")
_REVIEW = operation("desk_submission_review")
_NOTE = Field("note", "area", "act.note")
CHANGES = "request_changes"
REVIEW_ACTS: Sequence[Act] = (
    Act("take", _REVIEW, "review.take", (), {"decision": "TAKE"}),
    Act(
        "approve",
        _REVIEW,
        "review.approve",
        (Field("goodStanding", "yes", "review.good_standing", hint="review.good_standing_hint"), _NOTE),
        {"decision": "APPROVE"},
    ),
    Act(
        CHANGES,
        _REVIEW,
        "review.changes",
        (Field("note", "area", "act.note", hint="review.changes_hint"),),
        {"decision": "REQUEST_CHANGES"},
        tone="quiet",
    ),
    Act(
        "reject",
        _REVIEW,
        "review.reject",
        (
            Field("criteria", "several", "review.criteria", required=True, options="criteria"),
            Field("note", "area", "act.reason", required=True, hint="review.reject_hint"),
        ),
        {"decision": "REJECT"},
        tone="danger",
    ),
    Act(
        "decide_objection",
        operation("desk_submission_objection"),
        "review.objection",
        (
            Field("upheld", "select", "review.upheld", required=True, options="verdicts"),
            Field("note", "area", "act.reason", required=True),
        ),
    ),
)
COMMENTED = tuple(field for fields in STEPS.values() for field in fields)


async def submission(visit: Visit) -> Response:
    """The submission with the form that the address names."""
    away = await turned_away(visit)
    return away if away is not None else await _show(visit, Form())


async def send(visit: Visit) -> Response:
    """Takes it up, or decides."""
    form = await visit.form()
    act = next((one for one in REVIEW_ACTS if one.name == form.value("act")), None)
    if act is None:
        raise not_found()
    if act.name == CHANGES:
        _drop_blank_comments(form)
    if await visit.send(act.operation, form, submission=visit.given("id"), **act.fixed) is None:
        return await _show(visit, form, act)
    return visit.go(f"/desk/submissions/{visit.given('id')}", flash="flash.review_done")


def _drop_blank_comments(form: Form) -> None:
    """Fields without a comment are not spoken of."""
    for place in range(len(COMMENTED)):
        if not form.value(f"fieldComments.{place}.comment").strip():
            form.values.pop(f"fieldComments.{place}.field", None)
            form.values.pop(f"fieldComments.{place}.comment", None)


async def _show(visit: Visit, form: Form, sent: Act | None = None) -> Response:
    data = await visit.ask(SUBMISSION, id=visit.given("id"))
    found = data["node"]
    if not found:
        raise not_found()
    acts = offered(REVIEW_ACTS, found["openActions"])
    assessment, told = found["firm"]["assessment"], await telling(visit)
    return await visit.show(
        "submission_review.html",
        status=422 if form.faulty else 200,
        submission=found,
        acts=acts,
        act=sent or chosen(acts, visit),
        form=form,
        commented=COMMENTED,
        asking=CHANGES,
        choices={
            "criteria": [
                (code, f"{code} {label}", None)
                for name in ("criteria", "disqualifiers")
                for code, label in await vocabulary(visit, name)
            ],
            "verdicts": [
                ("false", visit.text("review.dismiss")),
                ("true", visit.text("review.uphold")),
            ],
            "begun": {},
        },
        rows=[
            (
                one["field"].removeprefix(PREFIX),
                told(one["field"], one["before"]),
                told(one["field"], one["after"]),
            )
            for one in found["changes"]
        ],
        observed={
            one["code"]: await observed(visit, one) for one in (assessment["criteria"] if assessment else ())
        },
    )


PAGES = (Page("/desk/submissions/{id}", submission, send),)
