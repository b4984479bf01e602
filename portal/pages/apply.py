"""Applying for an entry (申报入录) step by step: a draft that the record keeps, how complete it is, and handing it in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse, Response

from directory.workdays import local_date
from portal.faults import not_found
from portal.firms_only import turned_away
from portal.forms import Form
from portal.inputs import read_input
from portal.operation import operation
from portal.page import Page
from portal.profiles import (
    LAST_STEP,
    PREFIX,
    STEPS,
    account_places,
    figure_places,
    form_of,
    shown_again,
    step_of,
    tidied,
    with_step,
)
from portal.terms import grouped, options
from portal.visit import Visit
from portal.wording import moment

APPLY = operation("apply")
DRAFT = operation("draft")
DUPLICATES = operation("duplicates")
SAVE = operation("draft_save")
SUBMIT = operation("draft_submit")
ALL_STEPS = (*STEPS, LAST_STEP)


async def start(visit: Visit) -> Response:
    """What is begun and handed in already, and the way to begin."""
    away = await turned_away(visit, "apply.title", "apply.signed_out")
    if away is not None:
        return away
    data = await visit.ask(APPLY)
    return await visit.show(
        "apply.html", firm=data["viewer"]["firm"], drafts=data["drafts"]["nodes"], form=Form()
    )


async def begin(visit: Visit) -> Response:
    """A new draft, and on to its first step."""
    form = await visit.form()
    saved = await visit.ask(
        SAVE, input={"profile": {}, "clientMutationId": form.value("clientMutationId") or None}
    )
    return visit.go(f"/apply/{saved['saveDraft']['submission']['id']}/who")


async def step(visit: Visit) -> Response:
    """One step of a draft, as it is kept."""
    data = await _asked(visit)
    return await _shown(visit, data, form_of(data["node"]["draft"] or {}))


async def send(visit: Visit) -> Response:
    """Keeps what was filled in and goes where the button says; the last step hands the draft in."""
    form = await visit.form()
    data = await _asked(visit)
    if visit.given("step") == LAST_STEP:
        return await _hand_in(visit, data, form)
    await _keep(visit, data, form)
    if form.faulty:
        shown_again(form)
        return await _shown(visit, data, form, status=422)
    draft, asked = visit.given("draft"), form.value("ask")
    if asked in ("more", "save"):
        return visit.go(f"/apply/{draft}/{visit.given('step')}", flash="flash.draft_saved")
    place = ALL_STEPS.index(visit.given("step")) + (1 if asked != "back" else -1)
    return visit.go(f"/apply/{draft}/{ALL_STEPS[max(place, 0)]}")


async def autosave(visit: Visit) -> Response:
    """The same while someone types, as JSON for `static/js/drafts.js`; what has no form yet waits until it has one."""
    form = await visit.form()
    data = await _asked(visit)
    version = await _keep(visit, data, form)
    now = visit.site.common.services.clock().isoformat()
    if version is None:
        return JSONResponse({"saved": visit.text("apply.not_saved")})
    return JSONResponse(
        {
            "saved": visit.text("apply.saved_at", moment=moment(now, visit.language)),
            "fields": {"expectedVersion": version},
        }
    )


async def _asked(visit: Visit) -> Mapping[str, Any]:
    if visit.given("step") not in ALL_STEPS:
        raise not_found()
    data = await visit.ask(DRAFT, id=visit.given("draft"))
    if not data["node"] or data["node"]["draft"] is None:
        raise not_found()
    return data


async def _keep(visit: Visit, data: Mapping[str, Any], form: Form) -> int | None:
    """The draft's version with what was sent in it; what cannot be kept is said at its field, the rest is kept."""
    node = data["node"]
    with_step(node["draft"] or {}, form, visit.given("step"))
    tidied(form)
    values, wrong = read_input(SAVE.variables["input"], form.values)
    for name, kind in wrong.items():
        form.blame(name, visit.text(f"form.{kind}"))
    saved = await visit.ask(
        SAVE,
        input={
            "profile": values.get("profile") or {},
            "submission": node["id"],
            "expectedVersion": int(form.value("expectedVersion") or node["version"]),
        },
    )
    payload = saved["saveDraft"]
    form.blame_errors(payload["errors"])
    return payload["submission"]["version"] if payload["submission"] else None


async def _hand_in(visit: Visit, data: Mapping[str, Any], form: Form) -> Response:
    if form.value("consent") != "true":
        form.blame("consent", visit.text("apply.consent_missing"))
    elif await visit.send(SUBMIT, form, submission=data["node"]["id"]) is not None:
        return visit.go(f"/submissions/{data['node']['id']}", flash="flash.submitted")
    shown = form_of(data["node"]["draft"] or {})
    shown.problems = form.problems
    return await _shown(visit, data, shown, status=422)


async def _shown(visit: Visit, data: Mapping[str, Any], form: Form, status: int = 200) -> Response:
    today = local_date(visit.site.common.services.clock())
    here = visit.given("step")
    return await visit.show(
        "apply_step.html",
        status=status,
        form=form,
        node=data["node"],
        step=here,
        steps=ALL_STEPS,
        step_of=step_of,
        prefix=PREFIX,
        comments={},
        choices=await choices(visit, data),
        accounts=account_places(form),
        figures=figure_places(form, today),
        duplicates=await _duplicates(visit, data) if here == LAST_STEP else (),
    )


async def choices(visit: Visit, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the fields of a profile offer."""
    return {
        "forms": grouped(data["forms"]),
        "occupations": options(data["occupations"]),
        "industries": grouped(data["industries"]),
        "platforms": options(data["platforms"]),
        "regions": await visit.site.regions(visit.language),
        "programmes": [(one["code"], one["name"], one["sponsor"]) for one in data["supportProgrammes"]],
    }


async def _duplicates(visit: Visit, data: Mapping[str, Any]) -> Any:
    """Entries that may be the same firm, once the draft says enough to tell."""
    if data["node"]["completeness"]["percent"] < 100:
        return ()
    form = form_of(data["node"]["draft"])
    tidied(form)
    values, wrong = read_input(SUBMIT.variables["input"], form.values)
    if any(name.startswith(PREFIX) for name in wrong):
        return ()
    found = await visit.ask_if_possible(DUPLICATES, profile=values["profile"])
    return found["duplicateCandidates"] if found else ()


PAGES = (
    Page("/apply", start, begin),
    Page("/apply/{draft}/{step}", step, send),
    Page("/apply/{draft}/{step}/autosave", None, autosave),
)
