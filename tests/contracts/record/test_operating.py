"""What operators read of the record, on each kind of database: page by page, and no more of a reader than a host."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from directory.access import Caller, Role
from directory.dead_letter_ports import DeadLetter, IndexCheck
from directory.machine_keys import digest_of
from directory.mail import Mail, MailMode, MailSubscription
from directory.operating_ports import Keyed
from directory.record.open import SqlRecord
from directory.states import Language
from directory.undelivered import Way
from directory.webhooks import Delivery, DeliveryState
from tests.contracts.record.test_webhooks import HOOK, OWNER
from tests.factories import NOW
from tests.rules.test_machine_keys import KEY

Page = Callable[..., Awaitable[Keyed[Any]]]
ADDRESS = MailSubscription(
    "m1", OWNER, "xiaoyu@mail.example", Language.ZH, MailMode.AT_ONCE, 8, NOW, "confirm", "leave"
)


async def one_by_one(page: Page) -> list[Any]:
    """A list, read in pages of one."""
    found: list[Any] = []
    after = None
    while rows := await page(first=1, after=after):
        ((after, item),) = rows
        found.append(item)
    return found


async def test_accounts_keys_and_refused_documents_are_read_page_by_page(record: SqlRecord) -> None:
    """Each once, in the order of its list: accounts by subject, keys newest first, documents by id."""
    for subject in ("wang", "li"):
        caller = Caller(subject, frozenset({Role.ANALYST}))
        await record.accounts.grant(f"account-{subject}", "issuer", caller, actor="operator", at=NOW)
    newer = replace(KEY, id="ngk_newer000", created_at=KEY.created_at + timedelta(hours=1))
    for number, key in enumerate((KEY, newer)):
        await record.machine_keys.add(key, digest_of(str(number)), actor="operator")
    letters = [DeadLetter(kind, "a" * 32, 7, "refused", NOW) for kind in ("blockage", "firm")]
    await record.dead_letters.keep(letters)
    async with record.reader() as reader:
        assert [each.subject for each in await one_by_one(reader.account_page)] == ["li", "wang"]
        assert await one_by_one(reader.machine_key_page) == [newer, KEY]
        assert await one_by_one(reader.dead_letter_page) == letters


async def test_what_was_tried_in_vain_is_told_with_its_host_alone(record: SqlRecord) -> None:
    """Of a webhook's path and a mail's mailbox nothing is told, nor of what was never tried or was taken."""
    test = Delivery("d-failed", HOOK.id, None, NOW, NOW)
    waiting = replace(test, id="d-waiting")
    async with record.unit_of_work() as uow:
        assert await uow.webhooks.add(HOOK, 1)
        for delivery in (test, waiting):
            assert await uow.webhooks.send_test(delivery, OWNER)
        failed = replace(test, state=DeliveryState.FAILED, attempts=1, status=500, due_at=None)
        assert await uow.webhooks.settle(test, failed, HOOK)
        later = NOW + timedelta(minutes=1)
        mail = Mail("m1.confirmation", ADDRESS.id, True, later, later)
        await uow.mail.put(ADDRESS, mail)
        assert await uow.mail.settle(mail, replace(mail, attempts=1, status=451))
    async with record.reader() as reader:
        found = await one_by_one(reader.undelivered)

    assert [(each.id, each.way, each.host, each.state, each.status) for each in found] == [
        ("m1.confirmation", Way.MAIL, "mail.example", DeliveryState.PENDING, 451),
        ("d-failed", Way.WEBHOOK, "hooks.example", DeliveryState.FAILED, 500),
    ]


async def test_the_last_comparison_of_an_index_takes_the_place_of_the_one_before(record: SqlRecord) -> None:
    """For each engine its own."""
    first = IndexCheck("embedded", "g1", NOW, 12, 3)
    await record.index_checks.keep(first)
    last = replace(first, generation="g2", differing=0)
    await record.index_checks.keep(last)
    async with record.reader() as reader:
        assert await reader.index_check("embedded") == last
        assert await reader.index_check("elasticsearch") is None
