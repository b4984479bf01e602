"""Clients that write through the API, remember what was acknowledged, and ask again for what was not."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2

from tests.factories import REGION, make_uscc

SUBMIT_FIRM = """mutation ($input: SubmitFirmInput!) {
  answer: submitFirm(input: $input) {
    clientMutationId submission { id version } firm { id entryNumber } errors { code path message }
  }
}"""
SAVE_DRAFT = """mutation ($input: SaveDraftInput!) {
  answer: saveDraft(input: $input) { clientMutationId submission { id version } errors { code path message } }
}"""
REPORT_BLOCKAGE = """mutation ($input: ReportBlockageInput!) {
  answer: reportBlockage(input: $input) {
    clientMutationId blockage { id reference } errors { code path message }
  }
}"""
PATIENCE_SECONDS = 30.0


class Refused(Exception):
    """The request was answered with errors of the service."""

    @property
    def busy(self) -> bool:
        """Whether it may be asked again: what came of it is not known, and its key settles that."""
        return all(error["extensions"]["code"] == "UNAVAILABLE" for error in self.args[0])


@dataclass(frozen=True, slots=True)
class Wish:
    """One mutation that a client wants done, under a key of its own."""

    key: str
    query: str
    input: Mapping[str, Any]

    @property
    def body(self) -> dict[str, Any]:
        """The request."""
        return {"query": self.query, "variables": {"input": {**self.input, "clientMutationId": self.key}}}


@dataclass
class Clients:
    """Concurrent writers with one memory. `firm` is the listed entry that they report for."""

    token: str
    firm: str
    dice: random.Random
    acknowledged: dict[str, tuple[Wish, Any]] = field(default_factory=dict)
    unanswered: list[Wish] = field(default_factory=list)
    _made: int = 0

    def wish(self) -> Wish:
        """Something new to do."""
        self._made += 1
        key = f"wish-{self._made}"
        profile = {"name": f"杭州第{self._made}号直播有限公司", "forms": ["live-commerce"], "region": REGION}
        kind = self.dice.choice(["firm", "draft", "report"])
        if kind == "firm":
            whole = {**profile, "entityKind": "ENTERPRISE", "uscc": make_uscc()}
            return Wish(key, SUBMIT_FIRM, {"profile": whole})
        if kind == "draft":
            return Wish(key, SAVE_DRAFT, {"profile": profile})
        told = {
            "firm": self.firm,
            "title": f"平台抽成过高之{self._made}",
            "description": "平台抽成占成交额三成，微利经营难以为继。",
            "category": "platform-fees",
        }
        return Wish(key, REPORT_BLOCKAGE, told)

    def client(self, url: str) -> httpx2.AsyncClient:
        """Connections to a server, as the firm's user."""
        headers = {"authorization": f"Bearer {self.token}"}
        return httpx2.AsyncClient(base_url=url, headers=headers, timeout=PATIENCE_SECONDS)

    async def write(self, url: str, writers: int) -> None:
        """Writes until the server is gone: first what was left without an answer, then ever new wishes."""
        left, self.unanswered = self.unanswered, []
        async with self.client(url) as client:
            await asyncio.gather(*(self._one_writer(client, left) for _ in range(writers)))
        self.unanswered += left

    async def _one_writer(self, client: httpx2.AsyncClient, left: list[Wish]) -> None:
        while True:
            wish = left.pop() if left else self.wish()
            try:
                await self.grant(client, wish)
            except (httpx2.TransportError, Refused) as fault:
                self.unanswered.append(wish)
                if not isinstance(fault, Refused):
                    return
                if not fault.busy:
                    raise

    async def grant(self, client: httpx2.AsyncClient, wish: Wish) -> Any:
        """What came of the wish: the same as the first time, if it was granted before."""
        response = await client.post("/graphql", json=wish.body)
        content = response.json()
        if "errors" in content:
            raise Refused(content["errors"])
        answer = content["data"]["answer"]
        assert answer["errors"] == [], (wish, answer["errors"])
        before = self.acknowledged.setdefault(wish.key, (wish, answer))
        assert before == (wish, answer)
        return answer
