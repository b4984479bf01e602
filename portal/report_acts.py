"""What an office can do with a report (堵点诉求): one row for each act, from triage to unsealing."""

from __future__ import annotations

from collections.abc import Sequence

from portal.acts import Act, Field
from portal.operation import operation
from portal.plan_acts import plan_step, settle_step

_NOTE = Field("note", "area", "act.note")
_CATEGORY = Field("category", "grouped", "act.category", hint="act.category_hint", options="categories")
_SEVERITY = Field("severity", "select", "act.severity", options="severities")
_CLAUSES = Field("clauses", "clauses", "act.clauses", hint="act.clauses_hint", options="clauses")
_CAUSE_LEVEL = Field(
    "causeLevel", "select", "act.cause_level", hint="act.unknown_hint", options="cause_levels"
)
_PROCEDURE_STEP = Field(
    "procedureStep", "select", "act.procedure_step", hint="act.unknown_hint", options="procedure_steps"
)
_AGENCY = Field("agency", "grouped", "act.agency", required=True, hint="act.agency_hint", options="agencies")
_CO_AGENCIES = Field("coAgencies", "several", "act.co_agencies", options="co_agencies")
TRIAGE = operation("desk_report_triage")
ASSIGN = operation("desk_report_assign")
_CALL_BACK = operation("desk_report_call_back")
WITHDRAW_EVIDENCE = operation("evidence_withdraw")
_MESSAGE = operation("desk_report_message")

REPORT_ACTS: Sequence[Act] = (
    Act(
        "triage_accept",
        TRIAGE,
        "act.triage_accept",
        (
            _CATEGORY,
            _SEVERITY,
            _CLAUSES,
            _CAUSE_LEVEL,
            _PROCEDURE_STEP,
            Field("publicTitle", "line", "act.public_title", required=True, hint="act.public_title_hint"),
            Field(
                "publicSummary", "area", "act.public_summary", required=True, hint="act.public_summary_hint"
            ),
            Field("reason", "area", "act.note"),
        ),
        {"accept": True},
    ),
    Act("accept", operation("desk_report_accept"), "act.accept", (_NOTE,)),
    Act(
        "assign",
        ASSIGN,
        "act.assign",
        (_AGENCY, _CO_AGENCIES, _NOTE),
    ),
    Act(
        "propose",
        operation("desk_report_propose"),
        "act.propose",
        (
            Field("kind", "select", "act.resolution_kind", required=True, options="resolution_kinds"),
            Field("summary", "area", "act.resolution_summary", required=True, hint="act.resolution_hint"),
            Field("residual", "area", "act.residual", hint="act.residual_hint"),
            Field(
                "clause", "grouped", "act.changed_clause", hint="act.changed_clause_hint", options="clauses"
            ),
            Field("amendingDocument", "line", "act.amending_document"),
        ),
    ),
    Act(
        "reply_to_supervision",
        operation("desk_report_reply"),
        "act.reply",
        (Field("note", "area", "act.reply_text", required=True),),
    ),
    Act(
        "request_information",
        operation("desk_report_ask"),
        "act.ask",
        (Field("note", "area", "act.question", required=True, hint="act.question_hint"),),
        tone="quiet",
    ),
    Act(
        "post_progress",
        operation("desk_report_progress"),
        "act.progress",
        (Field("note", "area", "act.progress_text", required=True, hint="act.progress_hint"),),
        tone="quiet",
    ),
    plan_step(
        operation("desk_report_plan"),
        Field("owner", "select", "point_act.owner", required=True, options="owners"),
    ),
    settle_step(operation("desk_report_settle")),
    Act(
        "message_reporter",
        _MESSAGE,
        "act.message",
        (Field("text", "area", "act.message_text", required=True, hint="act.message_hint"),),
        tone="quiet",
    ),
    Act(
        "extend",
        operation("desk_report_extend"),
        "act.extend",
        (
            Field("workingDays", "days", "act.working_days", required=True),
            Field("reason", "area", "act.reason", required=True, hint="act.public_reason_hint"),
        ),
        tone="quiet",
    ),
    Act(
        "return",
        operation("desk_report_return"),
        "act.return",
        (
            Field("note", "area", "act.reason", required=True, hint="act.return_hint"),
            Field("suggestedAgency", "grouped", "act.suggested_agency", options="agencies"),
        ),
        tone="quiet",
    ),
    Act("transfer", ASSIGN, "act.transfer", (_AGENCY, _CO_AGENCIES, _NOTE), tone="quiet"),
    Act(
        "approve_public_text",
        operation("desk_report_public_text"),
        "act.public_text",
        (
            Field("title", "line", "act.public_title", required=True, hint="act.public_title_hint"),
            Field("summary", "area", "act.public_summary", required=True, hint="act.public_summary_hint"),
        ),
        tone="quiet",
    ),
    Act(
        "mark_duplicate",
        TRIAGE,
        "act.duplicate",
        (
            Field(
                "duplicateOf",
                "select",
                "act.duplicate_of",
                required=True,
                hint="act.duplicate_hint",
                options="alike",
            ),
            Field("reason", "area", "act.note"),
        ),
        {"accept": False},
        tone="quiet",
    ),
    Act(
        "triage_reject",
        TRIAGE,
        "act.reject",
        (
            Field(
                "reason", "select", "act.refusal", required=True, hint="act.refusal_hint", options="refusals"
            ),
        ),
        {"accept": False},
        tone="danger",
    ),
    Act("supervise", operation("desk_report_supervise"), "act.supervise", (_NOTE,), tone="quiet"),
    Act(
        "call_back",
        _CALL_BACK,
        "act.call_back",
        (
            Field("outcome", "select", "act.outcome", required=True, options="outcomes"),
            Field("note", "area", "act.call_back_note", required=True),
        ),
    ),
    Act(
        "close_unresolved",
        operation("desk_report_close"),
        "act.close",
        (Field("note", "area", "act.reason", required=True, hint="act.public_reason_hint"),),
        tone="danger",
    ),
    Act(
        "unseal_reporter",
        operation("desk_report_unseal"),
        "act.unseal",
        (Field("reason", "area", "act.reason", required=True, hint="act.unseal_hint"),),
        tone="danger",
    ),
    Act(
        "publish_evidence",
        operation("evidence_publish"),
        "act.publish_evidence",
        (
            Field(
                "file",
                "select",
                "act.redaction_copy",
                required=True,
                hint="act.publish_evidence_hint",
                options="copies",
            ),
        ),
        tone="quiet",
    ),
    Act(
        "withdraw_evidence",
        WITHDRAW_EVIDENCE,
        "act.withdraw_evidence",
        (
            Field(
                "file",
                "select",
                "act.file",
                required=True,
                hint="act.withdraw_evidence_hint",
                options="own_files",
            ),
        ),
        tone="danger",
    ),
)
