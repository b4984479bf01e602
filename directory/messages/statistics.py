"""Sentences about statistics, and the definitions of their figures."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, tuple[str, str]] = {
    "statistics.too_few": (
        "所选诉求不足{least}件，为保护当事人，不提供统计。",
        "Fewer than {least} reports are selected; to protect those concerned, no figures are given.",
    ),
    "statistics.too_many_dimensions": (
        "最多按{most}个维度分组，给出了{given}个。",
        "Group by at most {most} dimensions; {given} were given.",
    ),
    "statistics.same_dimension": ("同一维度只能使用一次。", "Group by each dimension once."),
    "statistics.period": ("起始日期不得晚于截止日期。", "The first day is not after the last."),
    "statistics.too_few_to_compare": (
        "不足{compared}件，不提供中位数、比率与评分：个案会左右结果。",
        "Fewer than {compared} reports: medians, rates and ratings would hang on single cases.",
    ),
    "statistics.too_few_to_show": (
        "不足{derived}件，为保护当事人，不提供中位数、比率与评分。",
        "Fewer than {derived} reports: to protect those concerned, no medians, rates or ratings.",
    ),
}

DEFINITIONS: Mapping[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "reported": (
        ("诉求总数", "Reports"),
        (
            "所选诉求中除不予受理、并案和撤回以外的全部诉求；一件诉求涉及多个业态、平台或条款的，在各组中分别计数。",
            "All selected reports but those rejected, merged or withdrawn. A report with several forms, platforms or "
            "clauses counts in each of their groups.",
        ),
    ),
    "open": (
        ("未办结", "Open"),
        (
            "尚未办结的诉求，含待确认和被异议的。",
            "Reports still followed up, with those that wait for the reporter's word or were contested.",
        ),
    ),
    "overdue": (
        ("已逾期", "Overdue"),
        (
            "统计时点已超过办理方任一在计时限的未办结诉求。",
            "Open reports of which a running limit of those who handle them has passed at the time of counting.",
        ),
    ),
    "closedUnresolved": (
        ("未解决办结", "Closed unresolved"),
        (
            "经督办人同意、公开理由后办结而未解决的诉求。",
            "Closed by a supervisor with a public reason, not resolved.",
        ),
    ),
    "claimed": (
        ("已提出解决、待确认", "Claimed"),
        (
            "部门称已解决、诉求人尚未表态；计入未办结，不计入解决。",
            "The agency claims a resolution and the reporter has not spoken; open, not resolved.",
        ),
    ),
    "confirmed": (
        ("诉求人确认解决", "Confirmed"),
        ("诉求人确认已解决的办结诉求。", "Closed reports whose resolution the reporter confirmed."),
    ),
    "contested": (
        ("诉求人有异议", "Contested"),
        (
            "最近一次解决被诉求人否认或重启、此后尚未再次提出解决；计入未办结。",
            "The last claim was disputed or the report reopened, and nothing new was claimed since; open.",
        ),
    ),
    "unanswered": (
        ("逾期未答复视为办结", "Unanswered"),
        (
            "诉求人在确认期限内未表态而办结的诉求；与确认解决分别计数，不相加。",
            "Closed because the reporter did not answer in time; counted apart from confirmed ones, never added to them.",
        ),
    ),
    "leftOut": (
        ("不计入", "Left out"),
        (
            "不予受理、并案或撤回的诉求；不计入其他任何数字。",
            "Rejected, merged or withdrawn reports; in no other figure.",
        ),
    ),
    "medianDaysToResolution": (
        ("解决天数中位数（工作日）", "Median working days to resolution"),
        (
            "自提出至办结（确认解决或逾期未答复）的总工作日，不扣除暂停；未办结和以未解决办结的诉求按删失计入"
            "（Kaplan-Meier估计）。估计达不到一半时为空。",
            "Gross working days from the report to its close as confirmed or unanswered; open and unresolved reports count "
            "as censored now (Kaplan-Meier estimate). Empty where the estimate does not reach one half.",
        ),
    ),
    "p90DaysToResolution": (
        ("九成解决所需天数（工作日）", "Working days to nine tenths resolved"),
        (
            "同一估计下九成诉求得到解决所需的工作日；估计达不到时为空。",
            "By the same estimate, the days by which nine of ten are resolved; empty where it does not reach that far.",
        ),
    ),
    "onTimeRate": (
        ("按时解决率", "On-time rate"),
        (
            "解决时限均未超过的已解决诉求，占其与超过解决时限（含未办结但已逾期和以未解决办结的）诉求之和的比例。",
            "Resolved reports that kept every limit for a resolution, among these and all that did not: late ones, open "
            "ones past the limit and those closed unresolved.",
        ),
    ),
    "confirmationRate": (
        ("确认率", "Confirmation rate"),
        (
            "诉求人确认解决的，占确认、异议与逾期未答复三者的比例；待确认的不计。",
            "Confirmed reports among those confirmed, contested or unanswered; waiting claims are left out.",
        ),
    ),
    "reopenRate": (
        ("重启率", "Reopen rate"),
        (
            "至少重启一次的诉求，占曾经办结为解决的诉求的比例。",
            "Reports reopened at least once, among those that were ever closed as resolved.",
        ),
    ),
    "meanRating": (
        ("平均评分", "Mean rating"),
        (
            "诉求人确认解决时给出的评分（1至5）的平均值。",
            "Mean of the ratings, 1 to 5, given with a confirmation.",
        ),
    ),
}
