"""Exports keep to their places, also among those who ask in the same moment."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import nullcontext
from typing import Any

import pytest

from directory.access import Role
from schema.allowances import Places
from tests.journeys.stage import Person, Stage
from tests.transfer.test_streaming import Leaving, left

PEOPLE = [Person(f"analyst-{number}", Role.ANALYST) for number in range(6)]
EACH = 3
PLACES, PLACES_A_CALLER = 8, 2
TAKEN, OWN_TAKEN, ALL_TAKEN = 200, 429, 503


class Queueing(Leaving):
    """A reader that holds the file it gets, and takes a refusal to its end."""

    status = 0

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        if self.status == TAKEN:
            await super().send(message)
        else:
            self.took.set()


async def asked_at_once(stage: Stage) -> list[tuple[str, int]]:
    """Everyone asks several times before anyone has an answer; who got which status. Then all go away."""
    readers = [(who, Queueing(stage.token_of(who) or "")) for who in PEOPLE for _ in range(EACH)]
    held = [(reader, asyncio.create_task(reader.read(stage))) for _, reader in readers]
    for reader, _ in held:
        await reader.took.wait()
    said = [(who.subject, reader.status) for who, reader in readers]
    await left(*held)
    return said


async def test_places_are_held_to_by_all_who_ask_at_once(stage: Stage) -> None:
    """So many get a file and nobody more than their own two; the others are told why, and all places come back."""
    for _ in range(2):
        said = await asked_at_once(stage)
        statuses = Counter(status for _, status in said)
        files = Counter(who for who, status in said if status == TAKEN)
        assert statuses[TAKEN] == PLACES
        assert max(files.values()) == PLACES_A_CALLER
        assert statuses.keys() == {TAKEN, OWN_TAKEN, ALL_TAKEN}


async def test_without_places_everyone_would_get_a_file(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The readers ask in earnest: nothing else holds them back."""
    monkeypatch.setattr(Places, "taken_by", lambda self, who: nullcontext())
    assert {status for _, status in await asked_at_once(stage)} == {TAKEN}
