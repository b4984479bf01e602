"""Mail on each kind of database: put down with its notice, bound once, settled once, and gone with the person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from directory.entities import Blockage
from directory.mail import TAKEN, Addresses, Letter, MailMode, MailSubscription, Reply, settled_mail
from directory.moves import Action
from directory.record.open import SqlRecord
from directory.reminders import step_notices
from directory.states import Language
from tests.factories import NOW, make_blockage, make_firm
from tests.record.steps import keep

OWNER = "firm-user"
TO = MailSubscription(
    "m1", OWNER, "owner@firm.example", Language.EN, MailMode.DIGEST, 8, NOW, "confirm", "leave", NOW
)
LATER = NOW + timedelta(days=400)


async def told(record: SqlRecord) -> Blockage:
    """A report of an owner who has an address, and two notices of it; a stranger has an address too."""
    firm = make_firm(owner=OWNER)
    report = make_blockage(firm_id=firm.id, reporter=OWNER)
    await keep(record, firm, report)
    async with record.unit_of_work() as uow:
        await uow.mail.put(TO, None)
        await uow.mail.put(replace(TO, id="m2", owner="stranger", unsubscribe_token="other"), None)
    for action in (Action.TRIAGE_ACCEPT, Action.ACCEPT):
        (notice,) = step_notices(report, action)
        for _ in range(2):
            async with record.unit_of_work() as uow:
                await uow.notices.tell([notice])
    return report


async def gathered(record: SqlRecord) -> tuple[int, list[Letter]]:
    """How many mails were made, and which are due."""
    async with record.unit_of_work() as uow:
        made = await uow.mail.gather(LATER, 10)
    async with record.reader() as reader:
        return made, list(await reader.letters(LATER, 10))


async def test_what_waits_is_bound_into_one_mail_once_and_settled_once(record: SqlRecord) -> None:
    """A second worker finds the same mail, and its word on the same attempt is not taken."""
    await told(record)
    made, (letter,) = await gathered(record)
    assert (made, len(letter.told), letter.to) == (1, 2, TO)
    assert await gathered(record) == (0, [letter])

    async with record.unit_of_work() as uow:
        assert await uow.mail.settle(letter.mail, settled_mail(letter.mail, TAKEN, NOW, 0.0))
        assert not await uow.mail.settle(letter.mail, settled_mail(letter.mail, Reply(550), NOW, 0.0))
        assert await uow.mail.of_owner(OWNER) == Addresses(standing=TO)
    assert await gathered(record) == (0, [])


async def test_an_address_goes_with_the_person_who_is_erased(record: SqlRecord) -> None:
    """With what was on its way to it; another's stays."""
    report = await told(record)
    await gathered(record)
    async with record.unit_of_work() as uow:
        await uow.erase(report.firm_id, actor="operator", at=NOW)
    async with record.reader() as reader:
        assert await reader.mail_of(OWNER) == Addresses()
        assert (await reader.mail_of("stranger")).standing is not None
    assert await gathered(record) == (0, [])
