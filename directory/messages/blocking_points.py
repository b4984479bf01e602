"""Sentences about blocking points."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, tuple[str, str]] = {
    "point.not_yours": (
        "该操作应由政策堵点的牵头单位或协调督办人办理。",
        "This step belongs to the agency that leads the blocking point, or to a supervisor.",
    ),
    "point.no_such_move": (
        "政策堵点当前状态（{status}）下不能执行该操作（{action}）。",
        "A blocking point in {status} cannot take this step ({action}).",
    ),
    "point.cannot_lead": (
        "您所在单位不能牵头办理政策堵点。",
        "Your agency cannot lead a blocking point.",
    ),
    "point.lead_elsewhere": (
        "交由其他单位牵头，须由协调督办人办理。",
        "Only a supervisor makes another agency lead.",
    ),
    "point.no_lead": (
        "尚未明确牵头单位，不能反馈办理结果。",
        "No agency leads this blocking point yet, so nobody can claim that it is resolved.",
    ),
    "point.moved_on": (
        "政策堵点的情况已有变化，无须再办理此步骤。",
        "The blocking point has moved on; nothing is left to do here.",
    ),
    "point.report_out_of_reach": (
        "{reference}不在您的辖区内，也不由您单位办理。",
        "{reference} is neither in your reach nor in your agency's hands.",
    ),
    "point.report_void": (
        "{reference}已不予受理、并案或撤回，不能归入政策堵点。",
        "{reference} was refused, merged or withdrawn and cannot be linked.",
    ),
    "point.linked_before": (
        "{reference}已归入政策堵点，请先移出。",
        "{reference} is linked to a blocking point already; unlink it there first.",
    ),
    "point.not_linked": ("{reference}未归入此政策堵点。", "{reference} is not linked to this point."),
    "point.joined_already": (
        "您已就此政策堵点报送诉求，编号{reference}，尚在办理。",
        "You reported this blocking point before, as {reference}, and it is still open.",
    ),
    "point.same": ("不能与自身合并。", "A blocking point cannot be merged into itself."),
    "point.already_merged": (
        "该政策堵点已并入其他政策堵点。",
        "This blocking point is merged into another one already.",
    ),
    "point.not_merged": ("该政策堵点未被合并。", "This blocking point is not merged into another one."),
    "plan.too_many_steps": (
        "一项推进计划最多{most}步。",
        "A plan has at most {most} steps.",
    ),
    "plan.step_settled": (
        "该步骤已办结或取消，或须注明已办结、取消。",
        "This step was settled before; a step is settled as done or dropped.",
    ),
    "plan.not_your_step": (
        "该步骤由其他单位负责。",
        "This step is another agency's.",
    ),
    "plan.no_party": (
        "{agency}既非牵头单位也非会办单位，不能负责此步骤。",
        "{agency} neither leads this report nor helps with it, so it cannot owe a step.",
    ),
    "plan.step_in_the_past": (
        "步骤的完成日期不能早于今天（{today}）。",
        "A step is due today, {today}, or later.",
    ),
    "point.nothing_to_carry_over": (
        "没有尚待征询意见的在办诉求。",
        "There is no report in progress whose reporter has not been asked yet.",
    ),
}
