"""
How long personal data is kept (保存期限), and what is left afterwards: codes, dates and figures, by which statistics count.

Source: PIPL (个人信息保护法), article 19 (no longer than needed), article 47; the periods are the project's own
(`privacy_classes.json`). What the log says of who did what stays: it names nobody but by references.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from directory.entities import Blockage, Entity, Firm, Impact, Submission
from directory.privacy import Retention, is_person
from directory.states import BlockageStatus, FirmStatus, SubmissionStatus

E = TypeVar("E", bound=Entity)

MONTHS: Mapping[Retention, int] = {
    Retention.APPLICATION: 24,
    Retention.ENTRY: 36,
    Retention.REPORT: 60,
    Retention.AUDIT: 72,
}
ANONYMISED = "（已匿名）"
NOBODY = "anonymous"

ENDED_SUBMISSIONS = frozenset({SubmissionStatus.REJECTED, SubmissionStatus.WITHDRAWN})
ENDED_FIRMS = frozenset({FirmStatus.DELISTED})
ENDED_REPORTS = frozenset(
    {
        BlockageStatus.RESOLVED,
        BlockageStatus.CLOSED_UNRESOLVED,
        BlockageStatus.WITHDRAWN,
        BlockageStatus.REJECTED,
        BlockageStatus.DUPLICATE,
    }
)


def ended_before(now: datetime, rule: Retention) -> datetime:
    """What ended before this instant is kept no longer."""
    years, months = divmod(now.month - 1 - MONTHS[rule], 12)
    day = min(now.day, 28)
    return now.replace(year=now.year + years, month=months + 1, day=day)


def anonymised(entity: E) -> E:
    """The same without what names or describes anybody; of an enterprise only its person goes."""
    if isinstance(entity, Blockage):
        return entity.model_copy(update=_of_report(entity))
    if isinstance(entity, Submission):
        return entity.model_copy(update=_of_submission(entity))
    return entity.model_copy(update=_of_firm(entity)) if isinstance(entity, Firm) else entity


def _of_firm(firm: Firm) -> dict[str, Any]:
    person = {"profile": _unnamed(firm.profile), "former_names": ()} if is_person(firm) else {}
    return {"contact": None, "status_reason": None, **person}


def _of_submission(submission: Submission) -> dict[str, Any]:
    profile = submission.profile
    return {
        "contact": None,
        "draft": None,
        "review_note": None,
        "change_requests": (),
        "objections": (),
        "profile": _unnamed(profile) if profile is not None and is_person(submission) else profile,
    }


def _unnamed(profile: Any) -> Any:
    return profile.model_copy(
        update={
            "name": ANONYMISED,
            "name_en": None,
            "other_names": (),
            "uscc": None,
            "summary": None,
            "summary_en": None,
            "website": None,
            "platforms": (),
        }
    )


def _of_report(blockage: Blockage) -> dict[str, Any]:
    impact = blockage.impact and Impact(
        yearly_cost_band=blockage.impact.yearly_cost_band,
        jobs_affected_band=blockage.impact.jobs_affected_band,
    )
    return {
        "title": ANONYMISED,
        "description": ANONYMISED,
        "public_title": None,
        "public_summary": None,
        "close_reason": None,
        "unsealings": tuple(each.model_copy(update={"reason": ""}) for each in blockage.unsealings),
        "reporter": NOBODY,
        "evidence": (),
        "impact": impact,
        "supervision": blockage.supervision and blockage.supervision.model_copy(update={"reply": None}),
        "call_back": blockage.call_back and blockage.call_back.model_copy(update={"note": ""}),
        "deadlines": tuple(each.model_copy(update={"extension_reason": None}) for each in blockage.deadlines),
        "plan": tuple(each.model_copy(update={"what": ANONYMISED, "note": None}) for each in blockage.plan),
        "timeline": tuple(each.model_copy(update={"note": None}) for each in blockage.timeline),
        "resolutions": tuple(
            each.model_copy(
                update={"summary": ANONYMISED, "comment": None, "residual": each.residual and ANONYMISED}
            )
            for each in blockage.resolutions
        ),
    }
