"""Overload (过载): one caller who asks for all that the server has keeps nobody else from being answered."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import partial

import httpx2

from schema.app import make_app
from schema.node import global_id
from tests.conditions import eventually
from tests.factories import make_firm
from tests.journeys.stage import ANALYST, OWNER, Stage
from tests.record.steps import keep
from tests.schema.firms.listing import FACETS
from tests.schema.serving import listening, with_limits

FIRMS = 25
FLOOD = 8
ROUNDS = 2
OK, TURNED_AWAY = "OK", "RATE_LIMITED"
# Nine tenths of what one operation may cost.
COSTLY = f"""{{ firms(first: 25, facets: [{", ".join(FACETS)}]) {{
    totalCount facets {{ field values {{ value label count }} }}
    nodes {{ name region {{ name parent {{ name }} }} blockages(first: 5) {{ nodes {{ title }} }} }}
}} }}"""
CHEAP = "query($id: ID!) { node(id: $id) { id } viewer { roles } }"


@dataclass
class Flood:
    """A caller who sends the next request as soon as one is answered, many at once."""

    client: httpx2.AsyncClient
    token: str
    ended: bool = False
    answers: Counter[str] = field(default_factory=Counter)
    waits: set[str | None] = field(default_factory=set)

    def told_since(self, before: Counter[str], code: str) -> bool:
        """Whether it was told this code once more."""
        return self.answers[code] > before[code]

    async def go_on(self) -> None:
        """Asks until it is ended."""
        headers = {"authorization": f"Bearer {self.token}"}
        while not self.ended:
            answer = await self.client.post("/graphql", json={"query": COSTLY}, headers=headers)
            errors = answer.json().get("errors")
            self.answers[errors[0]["extensions"]["code"] if errors else OK] += 1
            if errors:
                self.waits.add(answer.headers.get("retry-after"))


async def test_a_flood_of_one_caller_leaves_the_others_their_answers(stage: Stage) -> None:
    """Cheap requests of another, and whether the server is ready; the flood is told to wait, and breaks nothing."""
    firms = [make_firm() for _ in range(FIRMS)]
    await keep(stage.record, *firms)
    await stage.index()
    limits = with_limits(operations_at_once=8, operations_at_once_per_caller=2)
    app = make_app(replace(stage.served.services, settings=limits))
    others = {"authorization": f"Bearer {stage.token_of(OWNER)}"}
    cheap = {"query": CHEAP, "variables": {"id": global_id("Firm", firms[0].id)}}
    answered: list[int] = []

    async with (
        listening(app) as url,
        httpx2.AsyncClient(base_url=url, trust_env=False, timeout=60) as greedy,
        httpx2.AsyncClient(base_url=url, trust_env=False, timeout=60) as neighbour,
    ):
        flood = Flood(greedy, stage.token_of(ANALYST) or "")
        floods = [asyncio.create_task(flood.go_on()) for _ in range(FLOOD)]
        for _ in range(ROUNDS):
            before = Counter(flood.answers)
            await eventually(partial(flood.told_since, before, TURNED_AWAY))
            answered.append((await neighbour.post("/graphql", json=cheap, headers=others)).status_code)
            answered.append((await neighbour.get("/readyz")).status_code)
            await eventually(partial(flood.told_since, before, OK))
        flood.ended = True
        await asyncio.gather(*floods)

    assert answered == [200] * 2 * ROUNDS
    assert set(flood.answers) == {OK, TURNED_AWAY}
    assert flood.waits == {"1"}
