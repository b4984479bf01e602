"""The enumerations of submissions, each value with its description."""

from __future__ import annotations

from directory.states import ReviewDecision, SubmissionKind, SubmissionStatus
from schema.enums import expose

__all__ = ["ReviewDecision", "SubmissionKind", "SubmissionStatus"]

expose(
    SubmissionKind,
    "Why a firm submits.",
    {
        SubmissionKind.REGISTRATION: "A new entry (登记).",
        SubmissionKind.AMENDMENT: "A change of a listed entry (变更); the listed version stays public until approved.",
        SubmissionKind.ANNUAL_UPDATE: "The yearly update (年度更新) of a listed entry.",
    },
)
expose(
    SubmissionStatus,
    "Where a submission stands.",
    {
        SubmissionStatus.DRAFT: "Unfinished (草稿), for its owner alone.",
        SubmissionStatus.SUBMITTED: "Handed in, waiting for a reviewer (已提交).",
        SubmissionStatus.UNDER_REVIEW: "In a reviewer's hands (审核中).",
        SubmissionStatus.CHANGES_REQUESTED: "Back with the firm, with one list of everything missing (待补正).",
        SubmissionStatus.PUBLIC_NOTICE: "Under public notice (公示): open to objections before listing.",
        SubmissionStatus.APPROVED: "Approved (已通过).",
        SubmissionStatus.REJECTED: "Refused, with reasons (不予列入).",
        SubmissionStatus.WITHDRAWN: "Taken back, or not answered in time (已撤回).",
    },
)
expose(
    ReviewDecision,
    "What a reviewer decides.",
    {
        ReviewDecision.TAKE: "Take it up.",
        ReviewDecision.APPROVE: "Say yes. By whoever took it this is a recommendation; another reviewer's opens the "
        "public notice, or approves what needs none.",
        ReviewDecision.REQUEST_CHANGES: "Send it back with comments on fields, a note, or both.",
        ReviewDecision.REJECT: "Refuse it, naming the criteria it rests on.",
    },
)
