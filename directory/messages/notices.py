"""What people are told without having asked: reminders and news of a report, by rule."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, tuple[str, str]] = {
    "notices.too_many": ("一次最多标记{most}条通知。", "At most {most} notices are marked at once."),
    "notice.search.new": (
        "您订阅的检索“{search}”有新命中：堵点诉求{reference}。",
        "Your saved search “{search}” found a report for the first time: {reference}.",
    ),
    "notice.search.changed": (
        "您订阅的检索“{search}”命中的堵点诉求{reference}有更新。",
        "A report that your saved search “{search}” finds was changed: {reference}.",
    ),
    "notice.webhook.disabled": (
        "推送地址（{host}）连续多日无法送达，已停止推送，请检查后重新启用。",
        "Nothing could be delivered to your webhook at {host} for days; it is disabled until you enable it again.",
    ),
    "notice.mail.disabled": (
        "您的提醒邮箱拒收邮件，已停止发送邮件，请重新设置并确认邮箱。",
        "Your mail address refused our mail; nothing more is mailed until you set it up and confirm it again.",
    ),
    "mail.address": ("邮箱地址格式不正确。", "This is no mail address that can be written to."),
    "mail.hour": ("发送时刻须为0至23时。", "The hour lies between 0 and 23."),
    "mail.token": ("确认码无效或已过期。", "The token is not valid, or no longer."),
    "mail.not_offered": ("本系统未开通邮件提醒。", "This directory sends no mail."),
    "mail.confirmation_subject": ("请确认接收提醒的邮箱", "Please confirm your address for notices"),
    "mail.confirmation": (
        "有人申请将名录的提醒发送至本邮箱。如系您本人操作，请在48小时内于名录中填写以下确认码；否则请忽略本邮件。",
        "Somebody asked for notices of the directory to be sent here. If it was you, tell the directory this token "
        "within 48 hours; if not, pass over this mail.",
    ),
    "mail.subject": ("名录提醒（{count}条）", "Notices of the directory ({count})"),
    "mail.unsubscribe": ("退订邮件提醒", "Have no more of these mailed"),
    "mail.unsubscribe_page": ("不再接收邮件提醒？", "No more notices by mail?"),
    "mail.unsubscribed": ("已退订邮件提醒。", "Nothing more is mailed to this address."),
    "webhook.test": ("这是一条测试推送。", "This is a test delivery."),
    "webhook.url": (
        "推送地址须为完整的网址，不含用户名、密码和片段，最多{longest}个字符。",
        "A webhook is a whole URL without user, password and fragment, of at most {longest} characters.",
    ),
    "webhook.https": ("推送地址须使用https。", "A webhook begins with https://."),
    "webhook.private": ("推送地址不能指向内部网络。", "A webhook must not lead to a private network."),
    "webhook.too_many": ("最多可设置{most}个推送地址。", "At most {most} webhooks are kept."),
    "notice.report.resolve_soon": (
        "堵点诉求{reference}的办理时限将于{until}届满，请抓紧办理。",
        "The limit to resolve report {reference} ends on {until}; please press on.",
    ),
    "notice.report.resolve_now": (
        "堵点诉求{reference}的办理时限于{until}届满，仅余最后一个工作日。",
        "The limit to resolve report {reference} ends on {until}: one working day is left at most.",
    ),
    "notice.report.overdue": (
        "堵点诉求{reference}已逾期（时限{until}），请立即办理。",
        "Report {reference} is overdue (its limit ended on {until}); please act at once.",
    ),
    "notice.report.still_overdue": (
        "堵点诉求{reference}逾期已满5个工作日（时限{until}），请立即办理并说明情况。",
        "Report {reference} has been overdue for five working days (since {until}); please act and say why.",
    ),
    "notice.report.long_overdue": (
        "堵点诉求{reference}逾期已满10个工作日（时限{until}），请督办。",
        "Report {reference} has been overdue for ten working days (since {until}); please supervise it.",
    ),
    "notice.report.reply_now": (
        "堵点诉求{reference}的督办回复须于{until}前提交。",
        "The reply to the supervision of report {reference} is due by {until}.",
    ),
    "notice.report.answer_soon": (
        "堵点诉求{reference}已有办理结果，请于{until}前确认；逾期未答复视为办结。",
        "A resolution of report {reference} waits for your answer until {until}; without one it is closed.",
    ),
    "notice.report.answer_now": (
        "堵点诉求{reference}的确认期限于{until}届满，请尽快答复；逾期未答复视为办结。",
        "The time to answer on report {reference} ends on {until}; without an answer it is closed.",
    ),
    "notice.report.question_open": (
        "堵点诉求{reference}等待您补充材料已5个工作日，请尽快答复。",
        "Report {reference} has waited five working days for your answer to a question.",
    ),
    "notice.report.question_still_open": (
        "堵点诉求{reference}等待您补充材料已15个工作日；不答复可能无法继续办理。",
        "Report {reference} has waited fifteen working days for your answer; without it, it may not go on.",
    ),
    "notice.report.no_news": (
        "堵点诉求{reference}仍在办理，近10个工作日暂无新进展；您可查看时限与承办部门。",
        "Report {reference} is still in hand; nothing new for ten working days. Its limits and who has it are shown.",
    ),
    "notice.report.long_no_news": (
        "堵点诉求{reference}已20个工作日没有新进展，仍在办理；超过时限将自动督办。",
        "Report {reference} had no news for twenty working days; past its limit it comes under supervision.",
    ),
    "notice.submission.changes_soon": (
        "您的申报材料尚待补正，距期限届满不足5个工作日；逾期未补正将自动撤回。",
        "Your submission waits for changes; less than five working days are left before it lapses.",
    ),
    "notice.submission.changes_now": (
        "您的申报材料补正期限即将届满，逾期未补正将自动撤回。",
        "The time for changes to your submission is nearly over; it lapses without them.",
    ),
    "notice.submission.draft_waits": (
        "您有一份申报草稿已保存30天，尚未提交。",
        "A draft of yours has waited for thirty days and is not handed in yet.",
    ),
    "notice.firm.confirm_soon": (
        "主体{reference}的年度更新将于一个月内到期，请及时办理。",
        "The yearly update of entry {reference} is due within a month.",
    ),
    "notice.firm.confirm_now": (
        "主体{reference}的年度更新已到期，请尽快办理。",
        "The yearly update of entry {reference} is due now.",
    ),
    "notice.firm.lapsed": (
        "主体{reference}超过15个月未进行年度更新，已标记为逾期未更新。",
        "Entry {reference} has had no yearly update for fifteen months and shows as lapsed.",
    ),
    "notice.firm.suspended_soon": (
        "主体{reference}将因逾期未进行年度更新于一个月内暂停，请立即办理。",
        "Entry {reference} is suspended within a month for want of its yearly update; please act now.",
    ),
    "notice.step.triage_accept": (
        "您报送的堵点诉求{reference}已受理。",
        "Your report {reference} was taken up.",
    ),
    "notice.step.triage_reject": (
        "您报送的堵点诉求{reference}不予受理，理由与求助途径见详情。",
        "Your report {reference} was refused; it says why and where to turn to.",
    ),
    "notice.step.mark_duplicate": (
        "您报送的堵点诉求{reference}已并案办理。",
        "Your report {reference} was merged into another of yours.",
    ),
    "notice.step.assign": (
        "堵点诉求{reference}已转办至贵单位，请及时签收。",
        "Report {reference} was assigned to your agency; please accept it.",
    ),
    "notice.step.assign.firm": (
        "您报送的堵点诉求{reference}已转办至承办部门，等待签收。",
        "Your report {reference} was assigned to an agency, which has yet to take it on.",
    ),
    "notice.step.transfer": (
        "堵点诉求{reference}已转交至贵单位，时限连续计算，请及时签收。",
        "Report {reference} was transferred to your agency; its clock runs on. Please accept it.",
    ),
    "notice.step.transfer.firm": (
        "您报送的堵点诉求{reference}已转交其他部门，时限连续计算。",
        "Your report {reference} was transferred to another agency; its clock runs on.",
    ),
    "notice.step.accept": (
        "您报送的堵点诉求{reference}已由承办部门签收。",
        "The agency took on your report {reference}.",
    ),
    "notice.step.return": (
        "堵点诉求{reference}被退回，请协调确定承办部门。",
        "Report {reference} was returned; please decide which agency leads.",
    ),
    "notice.step.return.firm": (
        "您报送的堵点诉求{reference}被承办部门退回，正在重新确定承办部门。",
        "The agency returned your report {reference}; another one is being found.",
    ),
    "notice.step.request_information": (
        "堵点诉求{reference}需要您补充材料。",
        "The agency has a question about your report {reference}.",
    ),
    "notice.step.provide_information": (
        "堵点诉求{reference}的诉求人已补充材料，办理时限继续计算。",
        "The reporter answered on report {reference}; its clock runs on.",
    ),
    "notice.step.post_progress": (
        "您报送的堵点诉求{reference}有新的办理进展。",
        "There is news on your report {reference}.",
    ),
    "notice.step.add_evidence": (
        "堵点诉求{reference}的诉求人提交了一份材料。",
        "The reporter added a file to report {reference}.",
    ),
    "notice.step.add_office_evidence": (
        "您报送的堵点诉求{reference}由承办部门补充了一份材料。",
        "An office added a file to your report {reference}.",
    ),
    "notice.step.redact_evidence": (
        "您报送的堵点诉求{reference}的一份材料已制作脱敏副本，尚未公开。",
        "A redaction copy of a file of your report {reference} was made; it is not public yet.",
    ),
    "notice.step.publish_evidence": (
        "您报送的堵点诉求{reference}的一份材料的脱敏副本已公开；撤回原材料即同时撤下副本。",
        "A redaction copy of a file of your report {reference} is public now; take the file back, and the copy goes with it.",
    ),
    "notice.step.plan_step": (
        "您报送的堵点诉求{reference}安排了新的推进步骤。",
        "A next step was planned on your report {reference}.",
    ),
    "notice.step.settle_step": (
        "您报送的堵点诉求{reference}有推进步骤已办结或取消。",
        "A planned step on your report {reference} was done or dropped.",
    ),
    "notice.step.extend": (
        "您报送的堵点诉求{reference}的办理时限已延长，理由见详情。",
        "The limit of your report {reference} was extended; it says why.",
    ),
    "notice.step.propose": (
        "您报送的堵点诉求{reference}已有办理结果，请确认。",
        "A resolution of your report {reference} is proposed; please answer.",
    ),
    "notice.step.confirm": (
        "堵点诉求{reference}的办理结果已获诉求人确认。",
        "The reporter confirmed the resolution of report {reference}.",
    ),
    "notice.step.confirm_part": (
        "堵点诉求{reference}的部分解决已获确认，余下事项请继续办理。",
        "The reporter confirmed a part of report {reference}; the rest remains.",
    ),
    "notice.step.dispute": (
        "堵点诉求{reference}的办理结果未获认可，请继续办理。",
        "The reporter disputed the resolution of report {reference}.",
    ),
    "notice.step.lapse": (
        "您报送的堵点诉求{reference}因逾期未答复视为办结，可在期限内提出异议。",
        "Your report {reference} was closed without your answer; you may still contest it in time.",
    ),
    "notice.step.lapse.holder": (
        "堵点诉求{reference}的诉求人逾期未答复，视为办结；在期限内仍可提出异议。",
        "Nobody answered on report {reference}, which is closed; it may still be contested in time.",
    ),
    "notice.step.lapse_part": (
        "您报送的堵点诉求{reference}的部分解决因逾期未答复视为认可，余下事项继续办理。",
        "A part of your report {reference} counts as settled without your answer; the rest goes on.",
    ),
    "notice.step.lapse_part.holder": (
        "堵点诉求{reference}的部分解决逾期未答复，视为认可，余下事项请继续办理。",
        "Nobody answered on a part of report {reference}, which counts as settled; the rest remains.",
    ),
    "notice.step.reopen": (
        "堵点诉求{reference}已由诉求人提出异议，重新办理。",
        "Report {reference} was contested and is open again.",
    ),
    "notice.step.supervise": (
        "堵点诉求{reference}已列入督办，请按期回复。",
        "Report {reference} is under supervision; a reply is due.",
    ),
    "notice.step.supervise.firm": (
        "您报送的堵点诉求{reference}已列入督办。",
        "Your report {reference} is under supervision; its agency owes a reply.",
    ),
    "notice.step.reply_to_supervision": (
        "堵点诉求{reference}的督办已有回复，请审阅。",
        "The supervision of report {reference} was replied to; please read it.",
    ),
    "notice.step.reply_to_supervision.firm": (
        "您报送的堵点诉求{reference}的督办已有回复。",
        "The agency replied to the supervision of your report {reference}.",
    ),
    "notice.step.close_unresolved": (
        "您报送的堵点诉求{reference}以未解决办结，理由见详情。",
        "Your report {reference} was closed as unresolved; it says why.",
    ),
    "notice.step.close_unresolved.holder": (
        "堵点诉求{reference}已以未解决办结。",
        "Report {reference} was closed as unresolved.",
    ),
    "notice.step.withdraw": (
        "堵点诉求{reference}已由诉求人撤回。",
        "The reporter withdrew report {reference}.",
    ),
    "notice.step.reinstate": (
        "经回访，您报送的堵点诉求{reference}已恢复办理。",
        "After the call-back your report {reference} is followed up again.",
    ),
    "notice.step.reinstate.holder": (
        "经回访，堵点诉求{reference}恢复办理，请受理。",
        "After the call-back report {reference} is back at the desk; please take it up.",
    ),
    "notice.step.message_reporter": (
        "您报送的堵点诉求{reference}有新留言。",
        "There is a message about your report {reference}.",
    ),
    "notice.step.message_agency": (
        "堵点诉求{reference}的诉求人留言，请查阅。",
        "The reporter of {reference} sent a message.",
    ),
    "notice.step.approve_public_text": (
        "您报送的堵点诉求{reference}的公开文本已更新，请查阅。",
        "What the public reads of your report {reference} was worded anew; please look at it.",
    ),
    "notice.step.unseal_reporter": (
        "协调督办人因故启封查看了堵点诉求{reference}诉求人的身份，理由见详情。",
        "A supervisor was shown who made report {reference}; it says why.",
    ),
    "notice.review.take": ("您的申报已受理，正在审核。", "Your submission is under review."),
    "notice.point.resolved": (
        "与您同业态、同地区的企业反映的政策堵点{reference}已办理，您也可受益。",
        "Blocking point {reference}, reported by firms of your form and region, was resolved; you may gain by it.",
    ),
    "notice.review.request_changes": (
        "您的申报需要补正，请按一次性告知的内容修改后重新提交。",
        "Changes to your submission are asked for; all that is missing is listed.",
    ),
    "notice.review.lapse": (
        "您的申报因逾期未补正已自动撤回，可重新申报。",
        "Your submission lapsed, for the changes were not made in time; you may apply again.",
    ),
    "notice.review.reject": (
        "您的申报未通过审核，理由见详情。",
        "Your submission was refused; it says why.",
    ),
    "notice.review.open_notice": (
        "您的申报已通过审核，进入公示。",
        "Your submission passed the review and is under public notice.",
    ),
    "notice.review.approve": ("您的申报已核准。", "Your submission was approved."),
    "notice.review.object": (
        "您的申报在公示期间收到异议，正在核查。",
        "Your submission was challenged during its public notice; it is looked into.",
    ),
    "notice.review.uphold_objection": (
        "针对您申报的异议成立，申报重新进入审核。",
        "A challenge to your submission was upheld; it is reviewed again.",
    ),
    "notice.review.end_notice": (
        "您的申报公示期满，已核准。",
        "The public notice of your submission is over; it is approved.",
    ),
}
