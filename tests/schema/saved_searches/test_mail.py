"""Mail (邮件提醒): a real SMTP server on this machine gets what a confirmed address asked for, and nothing else does."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from pydantic import SecretStr

from directory.mail import NO_REPLY, TAKEN, Letter, Mail, MailMode, MailSubscription, Reply
from directory.states import Language
from newgrowth.delivery.mail import mail_due, send_mails
from newgrowth.delivery.mailing import Mailer, NotMailed
from newgrowth.delivery.writing import Sender
from newgrowth.settings import SmtpSecurity
from tests.journeys.reports import Reports, on
from tests.journeys.stage import BEGINNING, LEADER, OWNER, TRIAGE, Person
from tests.servers.smtp import SmtpServer, certified, smtp_server

ADDRESS = "owner@firm.example"
OTHER_ADDRESS = "another@firm.example"
SHOWN = "address mode hour confirmed enabled pendingAddress"
SENDER = Sender("notices@directory.example", "https://directory.example")
INBOX = f"{{ viewer {{ mail {{ {SHOWN} }} notices {{ nodes {{ rule }} }} }} }}"


@dataclass
class Post:
    """A directory that mails to a server of this machine."""

    reports: Reports
    server: SmtpServer

    async def asked(self, mutation: str, who: Person = OWNER, **given: Any) -> dict[str, Any]:
        """The payload of a command on mail."""
        kind = f"{mutation[0].upper()}{mutation[1:]}Input!"
        payload = f"{{ mail {{ {SHOWN} }} errors {{ code path }} }}"
        query = f"mutation($input: {kind}) {{ payload: {mutation}(input: $input) {payload} }}"
        answer: dict[str, Any] = (await self.reports.stage.ask(who, query, input=given))["payload"]
        return answer

    async def send(self, mailer: type[Mailer] = Mailer) -> int:
        """How many mails were due and tried."""
        to = mailer("127.0.0.1", self.server.port, SmtpSecurity.NONE)
        return await mail_due(self.reports.stage.served.services, to, SENDER, lambda: 0.0)

    async def subscribed(self, **how: Any) -> None:
        """A confirmed address."""
        assert (await self.asked("subscribeByMail", address=ADDRESS, **how))["errors"] == []
        assert await self.send() == 1
        confirmed = await self.asked("confirmMail", token=token_in(self.server.took.pop()))
        assert confirmed["mail"]["confirmed"]

    async def viewer(self) -> dict[str, Any]:
        """The owner's address and inbox."""
        found: dict[str, Any] = (await self.reports.stage.ask(OWNER, INBOX))["viewer"]
        return found

    def later(self, **by: float) -> None:
        """Moves the clock."""
        self.reports.stage.clock.now += timedelta(**by)


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    """The text that a reader sees."""
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def token_in(mail: EmailMessage) -> str:
    """The token that a confirmation tells."""
    found = re.search(r"^[\w-]{43}$", text_of(mail), re.MULTILINE)
    assert found is not None
    return found[0]


def a_confirmation() -> Letter:
    """A letter that asks for the confirmation of an address."""
    to = MailSubscription(
        id="m1",
        owner="firm-user",
        address=ADDRESS,
        language=Language.ZH,
        mode=MailMode.AT_ONCE,
        hour=8,
        created_at=BEGINNING,
        confirm_token="token",
        unsubscribe_token="other-token",
    )
    return Letter(Mail("m1.confirmation", "m1", True, BEGINNING, BEGINNING), to, ())


@pytest_asyncio.fixture
async def post(reports: Reports) -> AsyncIterator[Post]:
    """A directory whose operator has an SMTP server."""
    directory = reports.stage.directory
    directory.rulebook = replace(directory.rulebook, mail_offered=True)
    async with smtp_server() as server:
        yield Post(reports, server)


async def test_nothing_but_the_confirmation_is_mailed_before_it_is_confirmed(post: Post) -> None:
    """Nor for a wrong token, a stranger's, or one that comes too late."""
    await post.asked("subscribeByMail", address=ADDRESS, mode="AT_ONCE")
    await post.reports.triaged()
    assert await post.send() == 1
    assert await post.send() == 0
    (asked,) = post.server.took
    assert "List-Unsubscribe" not in asked
    assert asked["Auto-Submitted"] == "auto-generated"

    for who, token in ((OWNER, "wrong"), (LEADER, token_in(asked))):
        (error,) = (await post.asked("confirmMail", who, token=token))["errors"]
        assert (error["code"], error["path"]) == ("NOT_FOUND", ["input", "token"])
    post.later(hours=48)
    assert (await post.asked("confirmMail", token=token_in(asked)))["errors"] != []
    assert not (await post.viewer())["mail"]["confirmed"]


async def test_each_notice_is_mailed_at_once_to_who_asked_for_it(post: Post) -> None:
    """In the language that was chosen, as text and as HTML, with the way out in its header."""
    await post.subscribed(mode="AT_ONCE", language="EN")
    first = await post.reports.triaged()
    await post.reports.triaged(title="平台佣金过高", description="平台佣金逐年上调，商家无力承担。")
    assert await post.send() == 2
    assert await post.send() == 0

    mail = post.server.took[0]
    for kind in ("plain", "html"):
        assert f"Your report {first['reference']} was taken up." in text_of(mail, kind)
    assert mail["To"] == ADDRESS
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].startswith("<https://directory.example/mail/unsubscribe?token=")
    assert f'href="{mail["List-Unsubscribe"].strip("<>")}"' in text_of(mail, "html")
    assert len({each["Message-ID"] for each in post.server.took}) == 2


async def test_a_digest_is_one_mail_a_day_and_none_where_there_is_nothing(post: Post) -> None:
    """At the hour that was set, in Shanghai: 10:00 has gone by, and the next is tomorrow's nine."""
    await post.subscribed(hour=9)
    reports = [
        await post.reports.triaged(),
        await post.reports.triaged(title="平台佣金过高", description="平台佣金逐年上调，商家无力承担。"),
    ]
    post.later(hours=22)
    assert await post.send() == 0
    post.later(hours=2)
    assert await post.send() == 1
    (mail,) = post.server.took
    for report in reports:
        assert report["reference"] in text_of(mail)
    post.later(days=1)
    assert await post.send() == 0


async def test_a_mail_whose_worker_died_comes_again_under_the_same_id(post: Post) -> None:
    """It was sent and not settled; what was told meanwhile goes into another."""
    await post.subscribed(mode="AT_ONCE")
    await post.reports.triaged()
    sent = asyncio.Event()

    class Dying(Mailer):
        """Sends, and never comes back."""

        async def send(self, message: EmailMessage) -> Reply:
            await Mailer.send(self, message)
            sent.set()
            await asyncio.Event().wait()
            return TAKEN

    work = asyncio.create_task(post.send(Dying))
    await sent.wait()
    work.cancel()
    await asyncio.wait({work})

    assert await post.send() == 1
    one, again = post.server.took
    assert one["Message-ID"] == again["Message-ID"]
    assert text_of(one) == text_of(again)


async def test_what_is_refused_for_now_is_tried_again_later(post: Post) -> None:
    """After five seconds, not before, and the address stays as it is."""
    await post.subscribed(mode="AT_ONCE")
    await post.reports.triaged()
    post.server.text = "451 later"
    assert await post.send() == 1
    post.later(seconds=4)
    assert await post.send() == 0
    post.later(seconds=1)
    post.server.text = "250 OK"
    assert await post.send() == 1
    assert len(post.server.took) == 1
    assert (await post.viewer())["mail"]["enabled"]


async def test_an_address_that_is_refused_for_good_is_disabled_and_its_owner_told(post: Post) -> None:
    """In the inbox, once; nothing more is mailed until it is set up and confirmed anew."""
    await post.subscribed(mode="AT_ONCE")
    await post.reports.triaged()
    post.server.recipient = "550 5.1.1 no such user"
    assert await post.send() == 1
    viewer = await post.viewer()
    assert not viewer["mail"]["enabled"]
    assert [each["rule"] for each in viewer["notices"]["nodes"]].count("notice.mail.disabled") == 1
    post.later(days=9)
    assert await post.send() == 0

    post.server.recipient = "250 OK"
    await post.subscribed(mode="AT_ONCE")
    assert (await post.viewer())["mail"]["enabled"]


@pytest.mark.parametrize(
    ("recipient", "text"),
    [
        ("450 4.2.1 mailbox busy", "250 OK"),
        ("250 OK", "554 5.6.0 too long"),
        ("550 5.7.1 relaying denied", "250 OK"),
        ("530 5.7.0 authentication required", "250 OK"),
        ("552 5.2.2 mailbox full", "250 OK"),
    ],
)
async def test_a_refusal_that_says_nothing_of_the_address_leaves_it_as_it_is(
    post: Post, recipient: str, text: str
) -> None:
    """For ten attempts and more: what the operator or the reader may mend gives no address up."""
    await post.subscribed(mode="AT_ONCE")
    await post.reports.triaged()
    post.server.recipient, post.server.text = recipient, text
    for _ in range(12):
        await post.send()
        post.later(days=2)
    viewer = await post.viewer()
    assert viewer["mail"]["enabled"]
    assert "notice.mail.disabled" not in [each["rule"] for each in viewer["notices"]["nodes"]]


async def test_a_server_that_is_away_costs_nobody_a_mail(post: Post) -> None:
    """However long it takes the operator to mend it."""
    await post.subscribed(mode="AT_ONCE")
    report = await post.reports.triaged()
    port, post.server.port = post.server.port, 1
    for _ in range(12):
        assert await post.send() == 1
        post.later(days=2)
    post.server.port = port
    assert await post.send() == 1
    assert report["reference"] in post.server.took[0]["Subject"] + text_of(post.server.took[0])


async def test_an_address_refused_twice_at_once_is_given_up_once(post: Post) -> None:
    """Two mails of one round, one message to its owner."""
    await post.subscribed(mode="AT_ONCE")
    await post.reports.triaged()
    await post.reports.triaged(title="平台佣金过高", description="平台佣金逐年上调，商家无力承担。")
    post.server.recipient = "550 5.1.1 no such user"
    assert await post.send() == 2
    rules = [each["rule"] for each in (await post.viewer())["notices"]["nodes"]]
    assert rules.count("notice.mail.disabled") == 1


async def test_who_has_not_come_by_for_a_month_is_still_mailed_about_its_own(post: Post) -> None:
    """A confirmed address is a lasting wish, and the reports are its owner's."""
    await post.subscribed(mode="AT_ONCE")
    report = await post.reports.reported()
    post.later(days=31)
    await post.reports.does(TRIAGE, "triageBlockage", **on(report, accept=True))
    assert await post.send() == 1
    assert report["reference"] in text_of(post.server.took[0])


async def test_another_address_takes_over_only_once_it_is_confirmed(post: Post) -> None:
    """Until then the old one goes on being written to; what waits for a digest goes to the new one after that."""
    await post.subscribed(hour=9)
    report = await post.reports.triaged()
    asked = await post.asked("subscribeByMail", address=OTHER_ADDRESS, hour=9)
    assert asked["mail"] == {
        **{"address": ADDRESS, "mode": "DIGEST", "hour": 9, "confirmed": True, "enabled": True},
        "pendingAddress": OTHER_ADDRESS,
    }
    post.later(days=1)
    assert await post.send() == 2
    by_address = {mail["To"]: mail for mail in post.server.took}
    assert report["reference"] in text_of(by_address[ADDRESS])

    report = await post.reports.triaged(title="平台佣金过高", description="平台佣金逐年上调，商家无力承担。")
    confirmed = await post.asked("confirmMail", token=token_in(by_address[OTHER_ADDRESS]))
    assert (confirmed["mail"]["address"], confirmed["mail"]["pendingAddress"]) == (OTHER_ADDRESS, None)
    post.later(days=1)
    assert await post.send() == 1
    assert (post.server.took[-1]["To"], report["reference"] in text_of(post.server.took[-1])) == (
        OTHER_ADDRESS,
        True,
    )


async def test_mail_goes_out_under_tls_to_a_server_that_is_known_alone(
    post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked for on the way or from the first byte; a certificate that nobody vouches for gets nothing."""
    context, known = certified(tmp_path)
    mail = SENDER.written(a_confirmation(), ())
    ways: Sequence[tuple[SmtpSecurity, dict[str, Any]]] = (
        (SmtpSecurity.STARTTLS, {"starttls": context}),
        (SmtpSecurity.TLS, {"tls": context}),
    )
    for security, way in ways:
        async with smtp_server(**way) as server:
            mailer = Mailer("localhost", server.port, security)
            monkeypatch.delenv("SSL_CERT_FILE", raising=False)
            with pytest.raises(NotMailed) as refused:
                await mailer.send(mail)
            assert refused.value.reply == NO_REPLY
            monkeypatch.setenv("SSL_CERT_FILE", str(known))
            assert await mailer.send(mail) == TAKEN
            assert len(server.took) == 1


async def test_a_server_that_asks_for_a_login_is_told_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong password is the operator's to mend: it says nothing of the address."""
    context, known = certified(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(known))
    mail = SENDER.written(a_confirmation(), ())
    async with smtp_server(starttls=context, login=("directory", "right")) as server:
        mailer = Mailer(
            "localhost", server.port, SmtpSecurity.STARTTLS, user="directory", password=SecretStr("wrong")
        )
        with pytest.raises(NotMailed) as refused:
            await mailer.send(mail)
        assert (str(refused.value), refused.value.reply) == ("SMTPAuthenticationError", NO_REPLY)
        assert await replace(mailer, password=SecretStr("right")).send(mail) == TAKEN
        assert server.over_tls == [True]


async def test_the_server_mails_by_itself(post: Post) -> None:
    """Whatever is due, while it runs; and it ends at once when it is told to, whatever the other server does."""
    await post.subscribed(mode="AT_ONCE")
    await post.reports.triaged()
    post.server.reached.clear()
    post.server.hangs = True
    stage = post.reports.stage
    mailer = Mailer("127.0.0.1", post.server.port, SmtpSecurity.NONE)
    work = asyncio.create_task(send_mails(stage.served.services, mailer, SENDER, stage.record.leases, "test"))
    await post.server.reached.wait()
    work.cancel()
    await asyncio.wait({work})
    assert work.cancelled()


async def test_two_workers_count_an_attempt_once(post: Post) -> None:
    """Should both send, the id is one."""
    await post.subscribed(mode="AT_ONCE")
    await post.reports.triaged()
    await asyncio.gather(post.send(), post.send())
    assert len({each["Message-ID"] for each in post.server.took}) == 1
    assert await post.send() == 0


async def test_following_the_link_changes_nothing_and_the_button_ends_the_mail(post: Post) -> None:
    """One click of the mail program's own does the same."""
    await post.subscribed(mode="AT_ONCE")
    await post.reports.triaged()
    await post.send()
    link = post.server.took[0]["List-Unsubscribe"].strip("<>").removeprefix("https://directory.example")
    async with post.reports.stage.served.client() as client:
        page = await client.get(link)
        assert page.status_code == 200
        assert "form-action 'self'" in page.headers["content-security-policy"]
        assert (await post.viewer())["mail"] is not None
        done = await client.post(link, data={"List-Unsubscribe": "One-Click"})
        unknown = await client.post("/mail/unsubscribe?token=nobody")
    assert (done.status_code, done.text) == (200, unknown.text)
    assert (await post.viewer())["mail"] is None


async def test_an_address_that_would_end_its_header_is_refused(post: Post) -> None:
    """As is an hour that no day has."""
    for bad in (
        "a@b.example\r\nBcc: c@d.example",
        "A <a@b.example>",
        "a@b.example\n",
        "a@b",
        "a,b@c.example",
    ):
        (error,) = (await post.asked("subscribeByMail", address=bad))["errors"]
        assert (error["code"], error["path"]) == ("INVALID", ["input", "address"])
    (error,) = (await post.asked("subscribeByMail", address=ADDRESS, hour=24))["errors"]
    assert error["path"] == ["input", "hour"]
    assert await post.send() == 0


async def test_an_owner_gives_up_the_address_with_what_waits(post: Post) -> None:
    """Nothing more is sent, and nothing is left of it."""
    await post.subscribed()
    await post.reports.triaged()
    assert (await post.asked("unsubscribeMail"))["errors"] == []
    post.later(days=2)
    assert await post.send() == 0
    assert (await post.viewer())["mail"] is None
