"""
The mails (邮件提醒): what was put down with the notices is bound into mails, and these are sent until they are taken.

What a mail tells of is fixed in a transaction of its own before it is sent, and an attempt counts once it is settled: a
process killed between the two sends again, under the same Message-ID. Two at work send nothing twice but by such an end.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import replace

import structlog

from directory.errors import ServiceFault
from directory.mail import NO_REPLY, Letter, Mail, Reply, mail_disabled_notice, settled_mail
from directory.messages.catalogue import sentence
from directory.ports import Leases
from directory.webhooks import DeliveryState
from indexer.leading import held
from newgrowth.delivery.mailing import Mailer, NotMailed
from newgrowth.delivery.webhooks import may_be_told
from newgrowth.delivery.writing import Sender
from schema.services import Services

LEASE = "mails"
AT_ONCE = 20
# So many at a time, each for `mailing.SECONDS` at most: a server that hangs holds up few others.
CONNECTIONS = 4
PATIENCE_SECONDS = 1.0

log = structlog.get_logger(__name__)
Jitter = Callable[[], float]


async def mail_due(services: Services, mailer: Mailer, sender: Sender, jitter: Jitter = random.random) -> int:
    """How many mails were tried: the next of those that are due. Raises: RecordUnavailable."""
    async with services.record.unit_of_work() as uow:
        await uow.mail.gather(services.clock(), AT_ONCE)
    async with services.record.reader() as reader:
        letters = await reader.letters(services.clock(), AT_ONCE)
    connections = asyncio.Semaphore(CONNECTIONS)

    async def in_turn(letter: Letter) -> None:
        async with connections:
            await _mail(services, mailer, sender, letter, jitter)

    await asyncio.gather(*(in_turn(letter) for letter in letters))
    return len(letters)


async def _mail(services: Services, mailer: Mailer, sender: Sender, letter: Letter, jitter: Jitter) -> None:
    sentences = await _sentences(services, letter)
    if not sentences and not letter.mail.confirmation:
        withheld = replace(letter.mail, state=DeliveryState.WITHHELD, due_at=None)
        await _settle(services, letter, withheld, NO_REPLY)
        return
    reply = await _tried(mailer, sender, letter, sentences)
    await _settle(services, letter, settled_mail(letter.mail, reply, services.clock(), jitter()), reply)


async def _sentences(services: Services, letter: Letter) -> Sequence[str]:
    """What is told of, without what the owner, as known now, may not read."""
    return [
        sentence(told.notice.rule, letter.to.language, told.notice.params)
        for told in letter.told
        if await may_be_told(services, letter.to.owner, told.notice)
    ]


async def _tried(mailer: Mailer, sender: Sender, letter: Letter, sentences: Sequence[str]) -> Reply:
    """The reply; none also by a mistake of ours, which must not hold up all others."""
    try:
        return await mailer.send(sender.written(letter, sentences))
    except NotMailed as fault:
        log.info("not_mailed", mail=letter.mail.id, reason=str(fault), status=fault.reply.status)
        return fault.reply
    except Exception as fault:
        # Without its text: it may hold the address.
        log.error("mailing_failed", mail=letter.mail.id, reason=type(fault).__name__)
    return NO_REPLY


async def _settle(services: Services, letter: Letter, after: Mail, reply: Reply) -> None:
    async with services.record.unit_of_work() as uow:
        counts = await uow.mail.settle(letter.mail, after)
        if counts and reply.refuses_address and await uow.mail.disable(letter.to.id):
            told = mail_disabled_notice(letter, services.clock())
            await uow.notices.tell([told] if told else [])


async def send_mails(services: Services, mailer: Mailer, sender: Sender, leases: Leases, holder: str) -> None:
    """Mails until cancelled, wherever the lease is free; a fault costs a pause."""
    while True:
        try:
            async with held(leases, LEASE, holder) as lease:
                while lease is not None and not lease.lost:
                    if not await mail_due(services, mailer, sender):
                        await asyncio.sleep(PATIENCE_SECONDS)
        except ServiceFault as fault:
            log.warning("mails_not_sent", reason=str(fault))
        except Exception as fault:
            # A mistake of ours must not end the mails for good: it is told, and tried again.
            log.error("mailing_failed", reason=type(fault).__name__)
        await asyncio.sleep(PATIENCE_SECONDS)
