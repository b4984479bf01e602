"""Sentences about reports and their limits."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, tuple[str, str]] = {
    "blockage.no_such_move": (
        "当前状态（{status}）下不能执行该操作（{action}）。",
        "A report in {status} cannot take this step ({action}).",
    ),
    "blockage.not_yours": (
        "该操作应由此堵点诉求的其他当事方办理。",
        "This step belongs to another party of this report.",
    ),
    "blockage.firm_not_listed": (
        "仅在列、暂停或毕业的主体可以报送堵点。",
        "Only an entry that is listed, suspended or graduated may report.",
    ),
    "blockage.firm_graduated": (
        "毕业已超过{months}个月，不能再报送堵点。",
        "The entry graduated more than {months} months ago and may no longer report.",
    ),
    "blockage.reported_before": (
        "您已就同一事项报送诉求，编号{reference}，尚在办理。",
        "You reported the same before, as {reference}, and it is still open.",
    ),
    "blockage.too_many_messages": (
        "每件堵点诉求最多留言{most}条。",
        "At most {most} messages are exchanged on one report.",
    ),
    "blockage.no_words": ("标题须含文字。", "A title says something in words."),
    "blockage.accept_or_merge": (
        "受理与并案只能选择其一。",
        "Either take the report up or merge it into another, not both.",
    ),
    "blockage.duplicate_of_itself": ("不能并入自身。", "A report cannot be merged into itself."),
    "blockage.duplicate_of_void": (
        "{reference}已不予受理、并案或撤回，不能并入。",
        "{reference} was refused, merged or withdrawn; nothing can be merged into it.",
    ),
    "blockage.names_no_change": (
        "以政策修改为由反馈办结，须写明所修改的条款，或作出修改的文件文号。",
        "A claim that a rule was changed names the clause that was changed or the number of the document that changed it.",
    ),
    "blockage.refusal_reason": (
        "请选择不予受理的理由代码，或用至少{least}个字说明理由与求助途径。",
        "Give a refusal code, or say in at least {least} characters why and where to turn to.",
    ),
    "blockage.cannot_lead": (
        "{agency}不能作为牵头单位；平台与协会只能协办，地方部门须带行政区划。",
        "{agency} cannot lead: platforms and associations only help, and a local office needs its region.",
    ),
    "blockage.cannot_help": (
        "{agency}不能作为会办单位；地方部门须带行政区划。",
        "{agency} cannot help here; a local office needs its region.",
    ),
    "blockage.leads_and_helps": (
        "{agency}已是牵头单位，不能同时会办。",
        "{agency} leads already and cannot help as well.",
    ),
    "blockage.leads_already": ("{agency}已是牵头单位。", "{agency} leads already."),
    "blockage.assign_out_of_reach": (
        "{agency}不在您的辖区内，请由协调督办人转办。",
        "{agency} lies outside your reach; a supervisor assigns across agencies.",
    ),
    "blockage.returned_before": (
        "每件只能退回一次；如有异议请由协调督办人转办。",
        "A report is returned once only; ask a supervisor to transfer it.",
    ),
    "blockage.return_too_late": (
        "签收时限已过，不能退回；请由协调督办人转办。",
        "The limit to accept has passed, so it cannot be returned; ask a supervisor to transfer it.",
    ),
    "blockage.asked_before": (
        "同一问题已经问过，不能再次暂停计时。",
        "The same question was asked before and cannot stop the clock again.",
    ),
    "blockage.extended_before": ("每件只能延期一次。", "A report is extended once only."),
    "blockage.extension_too_late": (
        "须在办理时限届满前申请延期。",
        "An extension is asked for before the limit has passed.",
    ),
    "blockage.extension_length": (
        "延期须为1至{longest}个工作日（不超过时限的一半）。",
        "An extension has between 1 and {longest} working days (at most half of the limit).",
    ),
    "blockage.answer_still_due": (
        "确认期限尚未届满。",
        "The reporter still has time to answer.",
    ),
    "blockage.reopen_too_late": (
        "办结后超过{days}个工作日，不能再提出异议；可另行报送。",
        "More than {days} working days have passed since the close; report it anew.",
    ),
    "blockage.supervised_before": ("该件已在督办中。", "This report is under supervision already."),
    "blockage.no_reply_owed": (
        "该件没有待回复的督办。",
        "No reply to a supervision is owed for this report.",
    ),
    "blockage.no_call_back": (
        "该件无需撤单回访，或已回访。",
        "This report needs no call-back, or was called back already.",
    ),
    "blockage.nothing_provisional": (
        "该件没有可重新计算的期限。",
        "No limit of this report is to be counted again.",
    ),
    "blockage.nothing_missed": (
        "办理时限未逾期，不能自动督办。",
        "The resolve limit has not passed, so the clock does not supervise it.",
    ),
}
