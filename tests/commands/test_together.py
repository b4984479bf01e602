"""Many commands in one unit of work lead to what each of them leads to alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from directory.access import Caller, Role
from directory.commands import Command, SubmitFirm
from directory.handlers.registration import keys_of
from directory.handlers.registry import HANDLERS
from directory.handling import Directory, Handling, Outcome
from directory.identities import account_keys, described
from directory.ports import Expected
from directory.profile_reading import read_profile
from directory.record.open import SqlRecord
from directory.workdays import local_date
from tests.commands.front_desk import Desk, a_firm_user
from tests.declarations import raw_enterprise
from tests.factories import NOW, make_uscc
from tests.rulebooks import REFERENCE, RULEBOOK

OTHER = Caller("somebody-else", frozenset({Role.FIRM}))


def enterprise(name: str, **changes: Any) -> dict[str, Any]:
    """An enterprise with a code of its own, as it is declared."""
    return {**raw_enterprise(), "name": name, "uscc": make_uscc(), **changes}


def submissions(*profiles: Any) -> list[SubmitFirm]:
    """A command for each, with a key of its own."""
    return [
        SubmitFirm(profile=profile, client_mutation_id=f"{make_uscc()}-{number}")
        for number, profile in enumerate(profiles)
    ]


def expected_of(commands: Sequence[SubmitFirm], caller: Caller) -> Expected:
    """All that the commands will ask for."""
    profiles = [read_profile(one.profile, RULEBOOK, local_date(NOW)).profile for one in commands]
    entries = [described("", profile) for profile in profiles]
    return Expected(
        subject=str(caller.subject),
        usccs=frozenset(str(profile.uscc) for profile in profiles),
        accounts=frozenset(key for profile in profiles for key in account_keys(profile)),
        keys=tuple(keys_of(entry, REFERENCE.regions) for entry in entries),
        replies=frozenset(str(one.client_mutation_id) for one in commands),
    )


def keys(outcomes: Sequence[Outcome]) -> list[list[str]]:
    """Why each is refused."""
    return [[problem.key for problem in outcome.problems] for outcome in outcomes]


@pytest.mark.parametrize("foreseen", [True, False], ids=["foreseen", "unforeseen"])
async def test_they_are_kept_as_each_would_be(desk: Desk, foreseen: bool) -> None:
    """Entry, submission and first result of each; a near duplicate among them is told to the reviewer."""
    caller = a_firm_user()
    commands = submissions(
        enterprise("杭州逐光南栀直播有限公司"),
        enterprise("宁波逐光南栀直播有限公司"),
        enterprise("杭州另一家传媒有限公司"),
    )
    expected = expected_of(commands, caller) if foreseen else Expected("nobody")

    outcomes = await desk.directory.handle_all(commands, caller, expected)

    assert keys(outcomes) == [[], [], []]
    firms = [await desk.firm(outcome) for outcome in outcomes]
    assert [firm.profile.uscc for firm in firms] == [command.profile["uscc"] for command in commands]
    assert {firm.owner for firm in firms} == {caller.subject}
    likely = (await desk.submission(outcomes[1])).possible_duplicates
    assert outcomes[0].firm in [candidate.firm_id for candidate in likely]
    assert [await desk.directory.handle(command, caller) for command in commands] == list(outcomes)


async def test_a_refused_one_harms_no_other(desk: Desk) -> None:
    """One that is no declaration, one whose identity is taken, and one that another of them has just taken."""
    caller = a_firm_user()
    there = enterprise("杭州早就在有限公司")
    await desk.done(SubmitFirm(profile=there), OTHER)
    first = enterprise("杭州先来有限公司")
    commands = submissions(
        first, there, {**first, "name": "杭州后到有限公司"}, enterprise("杭州末位有限公司")
    )
    expected = expected_of(commands, caller)
    commands.insert(1, SubmitFirm(profile={"name": ""}, client_mutation_id=make_uscc()))

    outcomes = await desk.directory.handle_all(commands, caller, expected)

    assert [bool(reasons) for reasons in keys(outcomes)] == [False, True, True, True, False]
    assert keys(outcomes)[2:4] == [["firm.uscc_taken"], ["firm.uscc_taken"]]
    assert (await desk.firm(outcomes[4])).profile.name == "杭州末位有限公司"


async def test_repeated_they_do_nothing_twice(desk: Desk) -> None:
    """Each recalls its first result, also beside a new one; another content under the same key is refused."""
    caller = a_firm_user()
    commands = submissions(enterprise("杭州一再有限公司"), enterprise("杭州再三有限公司"))
    first = await desk.directory.handle_all(commands[:1], caller, expected_of(commands[:1], caller))

    again = await desk.directory.handle_all(commands, caller, expected_of(commands, caller))
    changed = [replace(commands[0], profile=enterprise("杭州不同有限公司"))]
    refused = await desk.directory.handle_all(changed, caller, expected_of(changed, caller))

    assert again[0] == first[0]
    assert keys(refused) == [["idempotency.mismatch"]]
    assert (await desk.firm(again[1])).profile.name == "杭州再三有限公司"


@pytest.mark.postgresql
async def test_an_identity_taken_meanwhile_is_refused_and_the_others_kept(postgres_record: SqlRecord) -> None:
    """Somebody registers between the reading beforehand and the writing: the index decides, and each is handled alone."""
    caller, raced = a_firm_user(), enterprise("杭州抢先有限公司")
    commands = submissions(enterprise("杭州甲方有限公司"), raced, enterprise("杭州乙方有限公司"))
    alone = Directory(postgres_record, RULEBOOK, HANDLERS, clock=lambda: NOW)
    submit = HANDLERS[SubmitFirm]
    races: list[Outcome] = []

    async def overtaken(command: Command, h: Handling) -> Outcome:
        if not races:
            races.append(await alone.handle(SubmitFirm(profile=raced), OTHER))
        return await submit.carry_out(command, h)

    handlers = {**HANDLERS, SubmitFirm: replace(submit, carry_out=overtaken)}
    directory = Directory(postgres_record, RULEBOOK, handlers, clock=lambda: NOW)
    outcomes = await directory.handle_all(commands, caller, expected_of(commands, caller))

    assert keys(races) == [[]]
    assert keys(outcomes) == [[], ["firm.uscc_taken"], []]
    async with postgres_record.reader() as reader:
        held = await reader.firms_owned_by(str(caller.subject))
    assert {firm.profile.name for firm in held} == {"杭州甲方有限公司", "杭州乙方有限公司"}
