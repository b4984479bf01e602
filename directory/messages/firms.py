"""Sentences about entries and submissions."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, tuple[str, str]] = {
    "firm.confirmation_still_due": (
        "年度更新期限尚未届满。",
        "The entry still has time for its yearly update.",
    ),
    # Identity
    "firm.uscc_taken": (
        "该统一社会信用代码已有名录主体使用。",
        "An entry with this unified social credit code exists.",
    ),
    "firm.account_taken": (
        "该平台账号已有名录主体使用。",
        "An entry with this platform account exists.",
    ),
    "firm.reapply_too_early": (
        "该主体的申报未获通过，{reapply_from}起可重新申报。",
        "A registration of this entity was refused; it may be repeated from {reapply_from}.",
    ),
    # Standing
    "firm.not_yours": ("这不是您的名录条目。", "This entry is not yours."),
    "firm.not_amendable": (
        "当前状态（{status}）下不能变更。",
        "An entry in this standing ({status}) cannot be amended.",
    ),
    "firm.no_such_move": (
        "当前状态（{status}）下不能执行此操作（{action}）。",
        "This step ({action}) is not possible in the present standing ({status}).",
    ),
    "firm.no_way_to": (
        "不能由{status}转为{to}。",
        "There is no way from {status} to {to}.",
    ),
    "firm.status_not_yours": (
        "您无权对该主体作此状态变更。",
        "This change of standing is not yours to make.",
    ),
    "forbidden.reach": (
        "该主体不在您的管辖地区内。",
        "This lies outside the region you are responsible for.",
    ),
    # Merging
    "merge.same": ("不能与自身合并。", "An entry cannot be merged into itself."),
    "merge.already_merged": ("该条目已并入其他条目。", "This entry is merged into another one already."),
    "merge.delisted": ("该条目已移出名录。", "This entry has left the directory."),
    "merge.under_notice": (
        "该条目的申报正在公示，须待公示结束或异议成立后方可合并。",
        "A submission of this entry is under public notice: it can be merged once the notice is over or an objection is upheld.",
    ),
    "merge.not_merged": ("该条目未被合并。", "This entry is not merged into another one."),
    # Drafts
    "draft.too_large": (
        "草稿过大（上限{most}个字符）。",
        "The draft is too large (at most {most} characters).",
    ),
    "draft.too_deep": ("草稿内容嵌套过深。", "The draft is nested too deep."),
    "draft.not_storable": ("草稿中的此值无法保存。", "This value cannot be kept in a draft."),
    # Submissions
    "submission.not_yours": ("这不是您的申报。", "This submission is not yours."),
    "submission.no_such_move": (
        "当前状态（{status}）下不能执行此操作（{action}）。",
        "This step ({action}) is not possible in the present state ({status}).",
    ),
    "submission.another_open": (
        "该主体另有一份申报尚未办结。",
        "Another submission of this entry is not decided yet.",
    ),
    "submission.not_lapsed": (
        "补正期限尚未届满（{until}）。",
        "The limit for an answer is not over yet ({until}).",
    ),
    "review.own": ("不能审核本人的申报。", "You cannot decide on your own submission."),
    "review.recommended_before": (
        "您已同意，须由另一名审核人员复核。",
        "You have approved it already; the next approval is another reviewer's.",
    ),
    "criteria.unknown": ("没有条件代码“{given}”。", "There is no criterion “{given}”."),
    "criteria.required": (
        "不予列入须注明依据的条件代码，例如C3、D2。",
        "A refusal names the criteria it rests on, such as C3 or D2.",
    ),
    # Public notice and objections
    "notice.running": ("公示尚未结束（至{until}）。", "The public notice runs until {until}."),
    "notice.over": ("公示已于{until}结束。", "The public notice ended on {until}."),
    "notice.objection_pending": (
        "尚有{pending}项异议未处理。",
        "{pending} objections are not decided yet.",
    ),
    "objection.too_many": (
        "未处理的异议已达{most}项，请待处理后再提出。",
        "{most} objections wait for a decision: please come back once some are decided.",
    ),
    "objection.none_open": ("没有待处理的异议。", "No objection waits for a decision."),
}
