"""Identity (主体身份): one live entry per USCC, one live freelancer per platform account, one first result per key."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import pytest

from directory.access import Caller, Operation, Role
from directory.commands import Command
from directory.errors import AlreadyExists
from directory.handling import Directory, Handler, Handling, Outcome
from directory.identifiers import account_key
from directory.ports import Remembered
from directory.profiles import PlatformAccount
from directory.record.open import SqlRecord
from directory.record.reply_store import KEPT_FOR
from directory.rulebook import Rulebook
from directory.states import FirmStatus
from tests.factories import NOW, make_firm, make_freelancer_profile, make_profile, make_uscc
from tests.record.steps import change, firm_at, keep, seal

RIVALS = 50


def account(name: str) -> PlatformAccount:
    """An account on one platform."""
    return PlatformAccount(platform="douyin", account_name=name)


async def test_of_fifty_at_once_one_gets_the_code(record: SqlRecord) -> None:
    """Fifty registrations with one USCC in the same moment: one entry, and 49 refusals at the code's field."""
    uscc = make_uscc()
    results = await asyncio.gather(
        *(keep(record, make_firm(profile=make_profile(uscc=uscc))) for _ in range(RIVALS)),
        return_exceptions=True,
    )
    refusals = [result for result in results if isinstance(result, AlreadyExists)]
    assert (results.count(None), len(refusals)) == (1, RIVALS - 1)
    assert {(each.problems[0].path, each.problems[0].key) for each in refusals} == {
        (("profile", "uscc"), "firm.uscc_taken")
    }
    assert await seal(record) == 1


async def test_one_account_has_one_live_freelancer(record: SqlRecord) -> None:
    """The same account, written in another width and case, is taken."""
    await keep(record, make_firm(profile=make_freelancer_profile(platforms=(account("GuangGuang"),))))
    rival = make_firm(
        profile=make_freelancer_profile(platforms=(account("own"), account("@ＧＵＡＮＧguang")))
    )
    with pytest.raises(AlreadyExists) as refused:
        await keep(record, rival)
    assert refused.value.problems[0].path == ("profile", "platforms")
    assert refused.value.problems[0].key == "firm.account_taken"


async def test_firms_may_share_an_account(record: SqlRecord) -> None:
    """Two enterprises may name one account: a firm is identified by its USCC."""
    shared = (account("matrix"),)
    await keep(record, *(make_firm(profile=make_profile(platforms=shared)) for _ in range(2)))


async def test_a_delisted_entry_frees_code_and_accounts(record: SqlRecord) -> None:
    """After a rejected or withdrawn registration its firm may register anew; the old entry stays as it was."""
    firm = make_firm()
    person = make_firm(profile=make_freelancer_profile(platforms=(account("free"),)))
    await keep(record, firm, person)
    for entry in (firm, person):
        await change(record, await firm_at(record, entry.id), status=FirmStatus.DELISTED)

    heirs = [make_firm(profile=entry.profile) for entry in (firm, person)]
    await keep(record, *heirs)

    async with record.unit_of_work() as uow:
        assert (await uow.firms.by_uscc(str(firm.profile.uscc)) or firm).id == heirs[0].id
        assert (await uow.firms.by_account(account_key("douyin", "free")) or person).id == heirs[1].id


async def test_an_entry_does_not_come_back_to_a_taken_code(record: SqlRecord) -> None:
    """Restoring a delisted entry is refused once another holds its code."""
    firm = make_firm()
    await keep(record, firm)
    delisted = await change(record, await firm_at(record, firm.id), status=FirmStatus.DELISTED)
    await keep(record, make_firm(profile=firm.profile))
    with pytest.raises(AlreadyExists):
        await change(record, delisted, status=FirmStatus.LISTED)


async def test_a_changed_account_follows_the_entry(record: SqlRecord) -> None:
    """An account that a freelancer gives up is free, the new one is held."""
    firm = make_firm(profile=make_freelancer_profile(platforms=(account("old"),)))
    await keep(record, firm)
    profile = firm.profile.model_copy(update={"platforms": (account("new"),)})
    await change(record, await firm_at(record, firm.id), profile=profile)
    async with record.unit_of_work() as uow:
        assert await uow.firms.by_account(account_key("douyin", "old")) is None
        assert (await uow.firms.by_account(account_key("douyin", "new")) or make_firm()).id == firm.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Register(Command):
    """A command of this test: one more entry with a given code."""

    uscc: str


async def carry_out(command: Register, handling: Handling) -> Outcome:
    """Adds the entry."""
    firm = make_firm(profile=make_profile(uscc=command.uscc))
    await handling.uow.firms.add(firm, kind="firm:submitted", actor=handling.actor, at=handling.now)
    return Outcome(firm=firm.id)


async def test_of_fifty_repeats_at_once_one_acts_and_all_hear_the_same(record: SqlRecord) -> None:
    """A client that sends one mutation fifty times in parallel gets one entry, and fifty times its id."""
    directory = Directory(
        record,
        cast(Rulebook, SimpleNamespace()),
        {Register: Handler(Operation.SUBMIT_FIRM, carry_out)},
        clock=lambda: NOW,
    )
    command = Register(uscc=make_uscc(), client_mutation_id="once")
    outcomes = await asyncio.gather(*(directory.handle(command, firm_user()) for _ in range(RIVALS)))
    assert len(set(outcomes)) == 1
    assert outcomes[0].problems == ()
    assert await seal(record) == 1


def firm_user() -> Caller:
    """A signed-in firm."""
    return Caller(subject="li", roles=frozenset({Role.FIRM}))


async def test_a_key_is_remembered_for_a_day(record: SqlRecord) -> None:
    """The first result comes back until a day is over; then the key is free again."""
    async with record.unit_of_work() as uow:
        await uow.replies.remember("li", "key", Remembered("Op", "digest", {"firm": "f"}), NOW)
    async with record.unit_of_work() as uow:
        almost = NOW + KEPT_FOR * 0.999
        assert await uow.replies.recall("li", "key", almost) == Remembered("Op", "digest", {"firm": "f"})
        assert await uow.replies.recall("wang", "key", almost) is None
        assert await uow.replies.recall("li", "key", NOW + KEPT_FOR) is None
        again = Remembered("Op", "other", {"firm": None})
        await uow.replies.remember("li", "key", again, NOW + KEPT_FOR)
        assert await uow.replies.recall("li", "key", NOW + KEPT_FOR) == again


async def test_a_key_kept_twice_is_a_lost_race(record: SqlRecord) -> None:
    """Another transaction kept a first result before this one: the command must be asked again."""
    async with record.unit_of_work() as uow:
        await uow.replies.remember("li", "key", Remembered("Op", "one", {}), NOW)
    with pytest.raises(AlreadyExists) as refused:
        async with record.unit_of_work() as uow:
            await uow.replies.remember("li", "key", Remembered("Op", "two", {}), NOW)
    assert refused.value.problems[0].key == "idempotency.race"


async def test_old_first_results_are_cleared_away(record: SqlRecord) -> None:
    """Keys of past days do not pile up."""
    async with record.unit_of_work() as uow:
        await uow.replies.remember("li", "old", Remembered("Op", "one", {}), NOW)
        await uow.replies.remember("li", "new", Remembered("Op", "one", {}), NOW + KEPT_FOR / 2)
    assert await record.forget_replies(NOW + KEPT_FOR) == 1
    assert await record.forget_replies(NOW + KEPT_FOR) == 0


async def test_a_number_that_is_taken_is_told_apart(record: SqlRecord) -> None:
    """A clash of drawn numbers says so, for the handler draws again."""
    firm = make_firm()
    await keep(record, firm)
    with pytest.raises(AlreadyExists) as refused:
        await keep(record, make_firm(entry_number=firm.entry_number))
    assert refused.value.problems[0].key == "record.number_taken"


def _named(name: str) -> Any:
    return make_firm(profile=make_profile(name=name))


async def test_near_duplicates_come_rarest_key_first(record: SqlRecord) -> None:
    """An entry that shares a rare name stands before those that share a common one; merged ones are left out."""
    rare, merged = _named("琥珀松塔直播有限公司"), _named("琥珀松塔直播有限公司")
    common = [_named("光明商贸有限公司") for _ in range(3)]
    await keep(record, rare, merged, *common)
    await change(record, await firm_at(record, merged.id), merged_into=rare.id)
    async with record.unit_of_work() as uow:
        keys = uow.firms._keys(rare) | uow.firms._keys(common[0])
        found = [firm.id for firm in await uow.firms.sharing_keys(keys)]
        assert found[0] == rare.id
        assert set(found[1:]) == {firm.id for firm in common}
        assert len(await uow.firms.sharing_keys(keys, limit=2)) == 2
        assert await uow.firms.sharing_keys(frozenset()) == []


async def test_keys_of_many_are_looked_up_as_those_of_one(record: SqlRecord) -> None:
    """Each group of keys has its own order and its own limit, whatever the others find."""
    names = ("琥珀松塔直播有限公司", "光明商贸有限公司", "云上牧歌农产品有限公司")
    firms = [_named(name) for name in names for _ in range(4)]
    await keep(record, *firms)
    async with record.unit_of_work() as uow:
        groups = [uow.firms._keys(firms[place]) for place in (0, 4, 8)]
    groups += [groups[0] | groups[1], frozenset()]
    async with record.reader() as reader:
        together = await reader.firms_sharing_each(groups, limit=3)
        alone = [await reader.firms_sharing_keys(keys, limit=3) for keys in groups]
    assert [[firm.id for firm in each] for each in together] == [[firm.id for firm in each] for each in alone]
    assert [len(each) for each in together] == [3, 3, 3, 3, 0]
