"""The firm's own page (我的名录): its entry beside what is pending, what it has to do, and what it may qualify for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from directory.workdays import local_date
from portal.declared import telling
from portal.firms_only import turned_away
from portal.forms import Form
from portal.operation import operation
from portal.page import Page
from portal.pages.apply import choices
from portal.pages.submission import OPEN
from portal.profiles import PREFIX, STEPS, account_places, figure_places, form_of, shown_again, tidied
from portal.visit import Visit

MY_FIRM = operation("my_firm")
AMENDMENT = operation("amendment")
AMEND = operation("firm_amend")
# The vocabulary whose codes a criterion of a programme asks for.
WANTED_IN: Mapping[str, tuple[str, ...]] = {
    "FORM": ("business_forms",),
    "PLATFORM": ("platforms",),
    "TARGET": ("occupations", "carriers"),
}
AMENDABLE = frozenset({"LISTED", "SUSPENDED"})
SAME_NAME = (
    "name",
    "nameEn",
    "entityKind",
    "uscc",
    "otherNames",
    "foundedOn",
    "summary",
    "summaryEn",
    "website",
)


async def my_firm(visit: Visit) -> Response:
    """The page; who has no entry yet is led to apply."""
    away = await turned_away(visit, "my.title", "my.signed_out")
    if away is not None:
        return away
    firm = (await visit.ask(MY_FIRM))["viewer"]["firm"]
    if firm is None:
        return visit.go("/apply")
    labels = await visit.site.labels()

    def called(criterion: str, code: str) -> str:
        known = (labels[vocabulary].get(code) for vocabulary in WANTED_IN[criterion])
        return next((one[visit.language] for one in known if one), code)

    return await visit.show(
        "my_firm.html",
        firm=firm,
        pending=[one for one in firm["submissions"]["nodes"] if one["status"] in OPEN],
        may_amend=firm["status"] in AMENDABLE,
        prefix=PREFIX,
        told=await telling(visit),
        called=called,
    )


async def amend(visit: Visit) -> Response:
    """The entry as a form; for the yearly confirmation with new figures first."""
    away = await turned_away(visit, "my.amend", "my.signed_out")
    return away or await _shown(visit, None)


async def send(visit: Visit) -> Response:
    """Hands the change or the yearly update in."""
    form = await visit.form()
    tidied(form)
    done = await visit.send(AMEND, form)
    if done is None:
        shown_again(form)
        return await _shown(visit, form, status=422)
    return visit.go(f"/submissions/{done['submission']['id']}", flash="flash.amended")


async def _shown(visit: Visit, sent: Form | None, status: int = 200) -> Response:
    data = await visit.ask(AMENDMENT)
    firm = data["viewer"]["firm"]
    if firm is None:
        return visit.go("/apply")
    form = sent or form_of(profile_of(firm))
    yearly = form.value("annualUpdate", visit.here.value("yearly")) == "true"
    return await visit.show(
        "amend.html",
        status=status,
        firm=firm,
        form=form,
        yearly=yearly,
        steps=("figures", "who", "accounts", "place", "contact") if yearly else tuple(STEPS),
        choices=await choices(visit, data),
        accounts=account_places(form),
        figures=figure_places(form, local_date(visit.site.common.services.clock())),
    )


def profile_of(firm: Mapping[str, Any]) -> dict[str, Any]:
    """The entry's profile as its input holds it; figures and contact details stay as they are unless new ones come."""
    return {
        **{name: firm[name] for name in SAME_NAME},
        "region": firm["region"]["code"],
        "industry": firm["industry"] and firm["industry"]["code"],
        "occupation": firm["occupation"] and firm["occupation"]["code"],
        "forms": [one["code"] for one in firm["businessForms"]],
        "supportProgrammes": [one["code"] for one in firm["supportProgrammes"]],
        "platforms": [{**one, "platform": one["platform"]["code"]} for one in firm["platforms"]],
    }


PAGES = (Page("/my-firm", my_firm), Page("/my-firm/amend", amend, send))
