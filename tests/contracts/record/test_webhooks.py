"""Webhooks on each kind of database: a delivery is put down with its notice, settled once, and gone with what it tells of."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from directory.entities import Blockage
from directory.moves import Action
from directory.record.open import SqlRecord
from directory.reminders import Notice, step_notices
from directory.webhooks import Delivery, DeliveryState, Parcel, Webhook, delivery_id, settled
from tests.factories import NOW, make_blockage, make_firm
from tests.record.steps import keep

OWNER = "firm-user"
HOOK = Webhook("w1", OWNER, "https://hooks.example/", "whsec_eA==", NOW)


async def hooked(record: SqlRecord) -> Blockage:
    """A report of an owner who has a webhook; another has one too."""
    firm = make_firm(owner=OWNER)
    report = make_blockage(firm_id=firm.id, reporter=OWNER)
    await keep(record, firm, report)
    async with record.unit_of_work() as uow:
        assert await uow.webhooks.add(HOOK, 1)
        assert not await uow.webhooks.add(replace(HOOK, id="w2"), 1)
        assert await uow.webhooks.add(replace(HOOK, id="w3", owner="stranger"), 1)
    return report


def told_of(report: Blockage, action: Action = Action.TRIAGE_ACCEPT) -> Notice:
    """What the owner is told of a step."""
    notice, *_ = step_notices(report, action)
    return notice


async def tell(record: SqlRecord, notice: Notice) -> None:
    """Tells of it, twice."""
    for _ in range(2):
        async with record.unit_of_work() as uow:
            await uow.notices.tell([notice])


async def due(record: SqlRecord, now: datetime = NOW + timedelta(days=400)) -> list[Parcel]:
    """What is due."""
    async with record.reader() as reader:
        return list(await reader.parcels(now, 10))


async def settle(record: SqlRecord, before: Delivery, after: Delivery, webhook: Webhook = HOOK) -> bool:
    """Whether the address stands as this attempt says."""
    async with record.unit_of_work() as uow:
        return await uow.webhooks.settle(before, after, webhook)


async def test_a_notice_told_twice_is_delivered_once_to_its_reader(record: SqlRecord) -> None:
    """Its id is made of address and notice; what an office is told goes to nobody's address."""
    report = await hooked(record)
    await tell(record, told_of(report))
    await tell(record, told_of(report.model_copy(update={"agency": OWNER}), Action.ASSIGN))

    (parcel,) = await due(record)
    assert parcel.webhook == HOOK
    assert parcel.notice is not None
    assert parcel.notice.entity_id == report.id
    assert parcel.delivery.id == delivery_id(HOOK.id, parcel.notice.position)
    assert await due(record, told_of(report).at - timedelta(microseconds=1)) == []


async def test_an_attempt_is_settled_once(record: SqlRecord) -> None:
    """A second worker's word on the same attempt is not taken; a replay begins anew, under the same id."""
    report = await hooked(record)
    await tell(record, told_of(report))
    (parcel,) = await due(record)
    taken = settled(parcel.delivery, 204, NOW, 0.0)
    assert await settle(record, parcel.delivery, taken)
    assert not await settle(record, parcel.delivery, settled(parcel.delivery, 500, NOW, 0.0))
    async with record.reader() as reader:
        assert await reader.deliveries(HOOK.id, 5) == [taken]
    assert await due(record) == []

    async with record.unit_of_work() as uow:
        assert await uow.webhooks.replay(taken.id, "stranger", NOW) is None
        assert await uow.webhooks.replay(taken.id, OWNER, NOW) == HOOK.id
    (again,) = await due(record)
    assert (again.delivery.id, again.delivery.attempts) == (taken.id, 0)


async def test_an_address_is_disabled_once_and_tried_no_more(record: SqlRecord) -> None:
    """Until its owner enables it."""
    report = await hooked(record)
    await tell(record, told_of(report))
    (parcel,) = await due(record)
    dead = replace(HOOK, enabled=False, failing_since=NOW)
    failed = settled(parcel.delivery, 500, NOW, 0.0)
    assert await settle(record, parcel.delivery, failed, dead)
    assert not await settle(record, failed, settled(failed, 500, NOW, 0.0), dead)
    assert await due(record) == []

    async with record.unit_of_work() as uow:
        assert not await uow.webhooks.enable(HOOK.id, "stranger")
        assert await uow.webhooks.enable(HOOK.id, OWNER)
    assert [each.webhook for each in await due(record)] == [HOOK]
    async with record.reader() as reader:
        assert [each.state for each in await reader.deliveries(HOOK.id, 5)] == [DeliveryState.PENDING]


async def test_what_is_on_its_way_goes_with_an_erased_entry(record: SqlRecord) -> None:
    """Nothing is delivered of it, and nothing is left."""
    report = await hooked(record)
    await tell(record, told_of(report))
    async with record.unit_of_work() as uow:
        await uow.erase(report.firm_id, actor="operator", at=NOW)
    assert await due(record) == []
    async with record.reader() as reader:
        assert await reader.deliveries(HOOK.id, 5) == []
