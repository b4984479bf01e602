"""Ids that are guessed: the directory is not copied by counting."""

from __future__ import annotations

import os
import random
import uuid
from itertools import pairwise

import pytest

from directory.access import Role
from directory.identifiers import new_id
from schema.node import global_id
from tests.factories import make_firm
from tests.record.steps import keep
from tests.schema.serving import Served

TRIES = 10_000
AT_ONCE = 100
ENTRIES = 50
LOOK_UP = "query L($ids: [ID!]!) { nodes(ids: $ids) { id } }"


def neighbours(known: str, dice: random.Random) -> str:
    """An id near one that is known: another last letters, another middle, a count up or down."""
    value = uuid.UUID(known).int
    step = dice.choice((dice.randint(1, 1 << 16), dice.randint(1, 1 << 16) << 64, dice.getrandbits(100)))
    return uuid.UUID(int=(value + step) % (1 << 128)).hex


@pytest.mark.parametrize("role", [None, Role.SUPERVISOR])
async def test_guessed_ids_find_nothing(served: Served, role: Role | None) -> None:
    """Ten thousand, near to ids that are known and anywhere: as many hits as by chance, which is none."""
    firms = [make_firm() for _ in range(ENTRIES)]
    await keep(served.record, *firms)
    dice = random.Random(20)
    known = [firm.id for firm in firms]
    token = served.tokens.issue(role) if role else None
    found = []
    for _ in range(TRIES // AT_ONCE):
        guesses = [neighbours(dice.choice(known), dice) for _ in range(AT_ONCE)]
        answer = await served.ask(
            LOOK_UP, {"ids": [global_id("Firm", guess) for guess in guesses]}, token=token
        )
        found += [node for node in answer.data["nodes"] if node is not None]

    assert found == []


async def test_a_known_id_finds_its_entry(served: Served) -> None:
    """Or finding none would prove nothing."""
    firm = make_firm()
    await keep(served.record, firm)

    answer = await served.ask(
        LOOK_UP, {"ids": [global_id("Firm", firm.id)]}, token=served.tokens.issue(Role.SUPERVISOR)
    )

    assert answer.data["nodes"] == [{"id": global_id("Firm", firm.id)}]


def test_ids_follow_no_order() -> None:
    """Of entries made one after the other: none tells how many there are, nor which came first."""
    ids = [new_id(os.urandom) for _ in range(200)]
    values = [uuid.UUID(each).int for each in ids]
    steps = [after > before for before, after in pairwise(values)]

    assert len(set(ids)) == len(ids)
    # Of 199 steps some hundred go up; 50 off is seven standard deviations.
    assert 50 < sum(steps) < 150
