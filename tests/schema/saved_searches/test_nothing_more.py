"""A notice of a saved search tells no more than the search: not of what is between others, and none of their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from email.message import EmailMessage

from directory.access import Caller, Role
from directory.commands import MergeFirms
from schema.node import global_id, parse_global_id
from tests.factories import make_firm
from tests.journeys.files import kept
from tests.journeys.reports import Report, Reports, on
from tests.journeys.stage import (
    ANALYST,
    ASSISTANT,
    LEADER,
    OTHER_OWNER,
    OWNER,
    SUPERVISOR,
    TRIAGE,
    Person,
)
from tests.record.steps import keep
from tests.schema.saved_searches.test_mail import Post, post, text_of, token_in
from tests.schema.saved_searches.test_saved_searches import match, rules, save
from tests.schema.saved_searches.test_webhooks import Receiver, hooked, private, receiver, send

__all__ = ["post", "private", "receiver"]

STRANGERS = (ANALYST, OTHER_OWNER)
# Who helps with a report reads its steps, and not what its reporter and the offices write to each other.
OUTSIDE = (*STRANGERS, ASSISTANT)
TOLD = ["notice.search.new"]
TOLD_AGAIN = ["notice.search.changed", "notice.search.new"]
SECRETS = ("密词标题", "密词正文", "密词留言", "密词损失", "密词启封", "密词企业")


async def searching(reports: Reports, *people: Person) -> None:
    """Each has a search that finds every report that they may know of."""
    for who in people:
        assert (await save(reports, who, "全部", text="合同"))["errors"] == []


async def written_and_unsealed(reports: Reports, report: Report) -> None:
    """The reporter adds a file and writes to the agency, and a supervisor is shown who it is."""
    await kept(reports, OWNER, report, name="密词.pdf")
    written = await reports.does(OWNER, "sendReportMessage", **on(report, text="密词留言：请勿外传。"))
    await reports.does(SUPERVISOR, "unsealReporter", **on(written, reason="密词启封：须当面核实。"))


async def in_hand(reports: Reports) -> Report:
    """A report in the hands of its agency, which a search for contracts finds."""
    return await reports.in_progress(title="分成合同没有标准")


async def told(reports: Reports, people: Sequence[Person]) -> dict[str, list[str]]:
    """What the inbox of each says of saved searches, newest first."""
    return {who.subject: await rules(reports, who) for who in people}


async def test_what_is_between_others_is_told_to_nobody_else(reports: Reports) -> None:
    """A file, a message and an unsealing: to those who read them a report was changed, to all others nothing happened."""
    await searching(reports, *OUTSIDE, LEADER)
    report = await in_hand(reports)
    await match(reports)
    assert await told(reports, OUTSIDE) == {who.subject: TOLD for who in OUTSIDE}

    await written_and_unsealed(reports, report)

    assert await match(reports) == 1
    assert await told(reports, (*OUTSIDE, LEADER)) == {
        **{who.subject: TOLD for who in OUTSIDE},
        LEADER.subject: TOLD_AGAIN,
    }


async def test_what_is_between_others_makes_no_old_report_a_new_one(reports: Reports) -> None:
    """A report from before the search was saved is not found for the first time when somebody writes about it."""
    report = await in_hand(reports)
    await reports.stage.index()
    await searching(reports, *OUTSIDE)

    await written_and_unsealed(reports, report)

    assert await match(reports) == 0


async def test_a_step_that_all_see_is_told_with_what_they_do_not_see_beside_it(reports: Reports) -> None:
    """Once, whatever came with it."""
    await searching(reports, *OUTSIDE)
    report = await in_hand(reports)
    await match(reports)

    await written_and_unsealed(reports, {**report, "version": (await posted(reports, report))["version"]})

    assert await match(reports) == len(OUTSIDE)
    assert await told(reports, OUTSIDE) == {who.subject: TOLD_AGAIN for who in OUTSIDE}


async def posted(reports: Reports, report: Report) -> Report:
    """The report with public progress."""
    return await reports.posts(report, "已约谈相关机构。", LEADER)


async def test_a_merge_of_entries_tells_nobody_whose_the_reports_are(reports: Reports) -> None:
    """All of one firm's reports would be told of in one instant."""
    await searching(reports, *STRANGERS, SUPERVISOR)
    await in_hand(reports)
    await match(reports)
    survivor = make_firm(owner="somebody")
    await keep(reports.stage.record, survivor)
    merged = parse_global_id(reports.firm)
    assert merged is not None
    command = MergeFirms(source=merged[1], into=survivor.id, reason="同一主体重复登记")
    reviewer = Caller("reviewer", frozenset({Role.AGENCY}), agency="local-amr@330100", region="330100")
    assert (await reports.stage.directory.handle(command, reviewer)).problems == ()

    assert await match(reports) == 0


async def test_a_search_for_hidden_words_is_told_of_nothing(reports: Reports) -> None:
    """Whatever the words are part of: the reporter's own text, its losses, a message, the firm's name."""
    for secret in SECRETS:
        assert (await save(reports, ANALYST, "探", text=secret))["errors"] == []
    await a_report_full_of_secrets(reports)

    assert await match(reports) == 0


async def a_report_full_of_secrets(reports: Reports) -> None:
    """One whose public text is another than its own, of a firm with a telling name."""
    firm = make_firm(owner=OWNER.subject)
    named = firm.profile.model_copy(update={"name": "密词企业公司"})
    await keep(reports.stage.record, firm.model_copy(update={"profile": named}))
    reports = replace(reports, firm=global_id("Firm", firm.id))
    report = await reports.reported(
        title="密词标题：分成合同",
        description="密词正文：机构单方决定分成，没有标准可依。",
        impact={"explanation": "密词损失：每月少收三成。"},
    )
    public = {"publicTitle": "分成合同没有标准", "publicSummary": "机构单方决定分成，没有标准可依。"}
    triaged = await reports.does(TRIAGE, "triageBlockage", **on(report, accept=True, **public))
    await written_and_unsealed(reports, triaged)


async def test_what_is_sent_holds_no_word_that_its_reader_may_not_read(
    private: Reports, receiver: Receiver, post: Post
) -> None:
    """By webhook and by mail, the report is named by its number alone."""
    for who in STRANGERS:
        await hooked(private, receiver, who)
        await subscribed(post, who)
    await searching(private, *STRANGERS)
    await a_report_full_of_secrets(private)
    assert await match(private) == len(STRANGERS)

    assert await send(private) == len(STRANGERS)
    mails = await mailed(post)

    bodies = [body.decode() for _, body in receiver.got]
    bodies += [text_of(mail, kind) for mail in mails for kind in ("plain", "html")]
    bodies += [str(mail["Subject"]) for mail in mails]
    assert [len(receiver.got), len(mails)] == [len(STRANGERS), len(STRANGERS)]
    assert all("BK-" in text_of(mail) for mail in mails)
    assert [word for body in bodies for word in (*SECRETS, OWNER.subject) if word in body] == []


async def subscribed(post: Post, who: Person) -> None:
    """A confirmed address of the person."""
    asked = await post.asked("subscribeByMail", who, address=f"{who.subject}@mail.example", mode="AT_ONCE")
    assert asked["errors"] == []
    (confirmation,) = await mailed(post)
    assert (await post.asked("confirmMail", who, token=token_in(confirmation)))["errors"] == []


async def mailed(post: Post) -> list[EmailMessage]:
    """What is due now, as it arrives."""
    await post.send()
    mails = list(post.server.took)
    post.server.took.clear()
    return mails
