"""What an office can do with a blocking point (堵点): one row for each act, from linking to resolving."""

from __future__ import annotations

from collections.abc import Sequence

from portal.acts import Act, Field
from portal.operation import operation
from portal.plan_acts import plan_step, settle_step

_TITLE = Field("title", "line", "point_act.title", required=True, hint="point_act.title_hint")
_CATEGORY = Field("category", "grouped", "desk.category", required=True, options="categories")
_CLAUSES = Field(
    "clauses", "clauses", "point_act.clauses", required=True, hint="point_act.clauses_hint", options="clauses"
)
_LEAD = Field("leadAgency", "grouped", "act.agency", options="agencies")
_HELPERS = Field("coAgencies", "several", "act.co_agencies", options="co_agencies")
_WORDS = (
    _TITLE,
    Field("titleEn", "line", "point_act.title_en"),
    Field("description", "area", "point_act.description", required=True),
    Field("descriptionEn", "area", "point_act.description_en"),
    _CATEGORY,
    _CLAUSES,
    _LEAD,
    _HELPERS,
)
_REASON = Field("reason", "area", "act.reason", required=True)

CREATE = Act(
    "create",
    operation("desk_point_create"),
    "point_act.create",
    (*_WORDS, Field("blockages", "several", "point_act.first_reports", options="reports")),
)
# Open to whoever may merge, where something was merged.
UNMERGE = Act(
    "unmerge",
    operation("desk_point_unmerge"),
    "point_act.unmerge",
    (
        Field(
            "reference",
            "select",
            "point_act.merged",
            required=True,
            hint="point_act.merged_hint",
            options="merged",
        ),
        _REASON,
    ),
    tone="danger",
)
POINT_ACTS: Sequence[Act] = (
    Act("start", operation("desk_point_start"), "point_act.start", (Field("note", "area", "act.note"),)),
    Act(
        "post_progress",
        operation("desk_point_progress"),
        "act.progress",
        (Field("note", "area", "act.progress_text", required=True, hint="point_act.progress_hint"),),
    ),
    Act(
        "resolve",
        operation("desk_point_resolve"),
        "point_act.resolve",
        (
            Field("kind", "select", "act.resolution_kind", required=True, options="resolution_kinds"),
            Field("summary", "area", "act.resolution_summary", required=True, hint="act.resolution_hint"),
            Field(
                "clause", "grouped", "act.changed_clause", hint="act.changed_clause_hint", options="clauses"
            ),
            Field("amendingDocument", "line", "act.amending_document"),
        ),
    ),
    Act(
        "link",
        operation("desk_point_link"),
        "point_act.link",
        (
            Field("add", "several", "point_act.add", options="unlinked"),
            Field("remove", "several", "point_act.remove", options="reports"),
            Field("reason", "area", "act.reason"),
        ),
        tone="quiet",
    ),
    plan_step(
        operation("desk_point_plan"),
        Field("owner", "grouped", "point_act.owner", required=True, options="agencies"),
    ),
    settle_step(operation("desk_point_settle")),
    Act("amend", operation("desk_point_amend"), "point_act.amend", _WORDS, tone="quiet"),
    Act(
        "split",
        operation("desk_point_split"),
        "point_act.split",
        (
            Field("blockages", "several", "point_act.split_reports", required=True, options="reports"),
            Field("title", "line", "point_act.new_title", required=True),
            _REASON,
        ),
        tone="quiet",
    ),
    Act(
        "carry_over",
        operation("desk_point_carry_over"),
        "point_act.carry_over",
        (Field("note", "area", "act.note"),),
        tone="quiet",
    ),
    Act(
        "reopen",
        operation("desk_point_reopen"),
        "point_act.reopen",
        (Field("note", "area", "act.reason", required=True),),
        tone="quiet",
    ),
    Act(
        "merge",
        operation("desk_point_merge"),
        "point_act.merge",
        (
            Field(
                "from",
                "select",
                "point_act.from",
                required=True,
                hint="point_act.from_hint",
                options="points",
            ),
            _REASON,
        ),
        tone="danger",
    ),
)
