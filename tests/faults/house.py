"""A whole directory behind a real server on localhost, with a few entries and a report in it, and what every answer owes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2

from directory.errors import ErrorCode
from schema.errors import ApiCode
from tests.faults.evidence import kept
from tests.journeys.entries import Entries, enterprise
from tests.journeys.reports import Reports
from tests.journeys.stage import OWNER, Person, Stage, staged_in
from tests.schema.serving import Answer, Served, listening

JSON_HEADERS = {"content-type": "application/json"}
CODES = {code.value for code in (*ApiCode, *ErrorCode)} - {"INTERNAL", "UNAVAILABLE", "SEARCH_UNAVAILABLE"}
# What only the inside of the program would say.
INTERNAL_WORDS = (
    "Traceback", 'File "', ".py", "sqlite", "SELECT ", "fts5", "strawberry", "sqlalchemy", "NoneType", "object at 0x",
)  # fmt: skip
NAMES = ("微光直播", "微光直播二号", "微光手作", "流光直播")


@dataclass
class OverHttp(Served):
    """The same API, asked through its socket."""

    open_client: httpx2.AsyncClient

    @asynccontextmanager
    async def client(self) -> AsyncIterator[httpx2.AsyncClient]:
        """The one client, whose connections are kept from request to request."""
        yield self.open_client


@dataclass
class House:
    """The server, and what it has been given to keep."""

    stage: Stage
    entries: Entries
    record: Path
    url: str
    listed: dict[str, Any]

    @property
    def served(self) -> Served:
        """The API through its socket."""
        return self.stage.served

    @property
    def address(self) -> tuple[str, int]:
        """Where the server listens."""
        return address_of(self.url)

    def kept(self) -> Mapping[str, str]:
        """What the record holds."""
        return kept(self.record)

    async def ask(self, query: str, who: Person = OWNER, **variables: Any) -> Answer:
        """One operation, its answer checked for what every answer owes."""
        return owed(await self.stage.answer(who, query, **variables))

    async def send(self, content: bytes | str, who: Person = OWNER, **given: Any) -> Answer:
        """One raw request by someone, its answer checked for what every answer owes."""
        headers = {
            "authorization": f"Bearer {self.stage.token_of(who)}",
            **given.pop("headers", JSON_HEADERS),
        }
        return owed(await self.served.send(content, headers=headers, **given))

    async def answers(self) -> bool:
        """Whether the next caller is served."""
        seen: str = (await self.ask("{ viewer { subject } }")).data["viewer"]["subject"]
        return seen == OWNER.subject


def address_of(url: str) -> tuple[str, int]:
    """Host and port."""
    parts = urlsplit(url)
    assert parts.hostname
    assert parts.port
    return parts.hostname, parts.port


def owed(answer: Answer) -> Answer:
    """The answer, when it is one on purpose: no fault of ours, a known code in every error, both languages, no internals."""
    assert answer.status in (200, *range(400, 500)), answer
    for error in (answer.content or {}).get("errors", []):
        extensions = error["extensions"]
        assert extensions["code"] in CODES, error
        assert extensions["messages"]["zh"]
        assert extensions["messages"]["en"]
        said = json.dumps([error["message"], extensions["messages"]], ensure_ascii=False)
        assert not [word for word in INTERNAL_WORDS if word in said], said
    return answer


@asynccontextmanager
async def opened_house(directory: Path) -> AsyncIterator[House]:
    """A server over a new record in `directory`, with four listed entries and a triaged report."""
    record = directory / "record.db"
    async with (
        staged_in(directory) as stage,
        listening(stage.served.app) as url,
        httpx2.AsyncClient(base_url=url, timeout=60, trust_env=False) as client,
    ):
        own = {field.name: getattr(stage.served, field.name) for field in fields(Served)}
        stage = replace(stage, served=OverHttp(**own, open_client=client))
        entries = Entries(stage)
        listed, *_ = [await entries.listed(enterprise(name=f"杭州{name}有限公司")) for name in NAMES]
        await Reports(stage, listed["firm"]["id"]).triaged()
        await stage.index()
        yield House(stage, entries, record, url, listed)
