"""The API for tests: over a real record and the embedded engine, asked in the process or over a real socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.applications import Starlette

from directory.access import Role
from directory.handling import Directory
from directory.record.open import SqlRecord, open_record
from directory.record.sealer import Sealer
from indexer.engines.embedded import EmbeddedEngine
from schema.app import make_app
from schema.changes.doorbell import Doorbell
from schema.cursors import Cursors
from schema.identity import TokenVerifier
from schema.keys import key_source
from schema.machine_keys import Callers
from schema.people import People
from schema.services import ApiSettings, IndexState, Services
from schema.sign_in.desk import SignInDesk
from schema.sign_in.endpoint import CALLBACK
from schema.sign_in.provider import Client, OpenIdProvider
from schema.sign_in.sessions import Sessions
from tests.record.fixtures import new_record
from tests.rulebooks import REFERENCE, RULEBOOK

ISSUER = "https://issuer.example"
AUDIENCE = "newgrowth"
KEY_ID = "test-key"
BASE_URL = "http://localhost"
CLIENT = "newgrowth"


@dataclass
class Clock:
    """A clock that tests move; it stands at the real time otherwise."""

    ahead: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Tokens:
    """An issuer with one key, whose public half lies in a file."""

    file: Path
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256"))

    def __post_init__(self) -> None:
        public = {**self.key.as_dict(private=False), "kid": KEY_ID, "use": "sig", "alg": "ES256"}
        self.file.write_text(json.dumps({"keys": [public]}))

    def claims(self, *roles: Role, subject: str = "someone", **changes: Any) -> dict[str, Any]:
        """Good claims for an hour, with changes; a claim changed to None is left out."""
        now = int(datetime.now(UTC).timestamp())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": subject,
            "iat": now,
            "exp": now + 3600,
            "roles": [role.value for role in roles or (Role.ANALYST,)],
            **changes,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def sign(self, claims: Mapping[str, Any], **header: Any) -> str:
        """A token signed by the issuer's key."""
        return jwt.encode({"alg": "ES256", "kid": KEY_ID, **header}, dict(claims), self.key)

    def issue(self, *roles: Role, subject: str = "someone", **changes: Any) -> str:
        """A good token."""
        return self.sign(self.claims(*roles, subject=subject, **changes))


@dataclass
class Answer:
    """What a request led to."""

    status: int
    headers: httpx2.Headers
    content: Any

    @property
    def data(self) -> Any:
        """The answer's data; the test fails on errors."""
        assert "errors" not in self.content, self.content["errors"]
        return self.content["data"]

    @property
    def codes(self) -> list[str]:
        """The codes of the answer's errors."""
        return [error["extensions"]["code"] for error in self.content.get("errors", [])]


@dataclass
class Served:
    """A running API: its application, services, issuer, and ways to ask it."""

    app: Starlette
    services: Services
    record: SqlRecord
    sealer: Sealer
    tokens: Tokens
    clock: Any

    @asynccontextmanager
    async def client(self) -> AsyncIterator[httpx2.AsyncClient]:
        """A client that calls the application in this process."""
        transport = httpx2.ASGITransport(app=self.app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url=BASE_URL) as client:
            yield client

    async def send(
        self,
        content: bytes | str,
        *,
        method: str = "POST",
        path: str = "/graphql",
        headers: Iterable[tuple[str, str]] | Mapping[str, str] = (("content-type", "application/json"),),
    ) -> Answer:
        """One raw request."""
        async with self.client() as client:
            response = await client.request(method, path, content=content, headers=dict(headers))
        is_json = "json" in response.headers.get("content-type", "")
        return Answer(response.status_code, response.headers, response.json() if is_json else None)

    async def ask(
        self, query: str, variables: Mapping[str, Any] | None = None, *, token: str | None = None, **more: Any
    ) -> Answer:
        """One operation."""
        headers = {"content-type": "application/json"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        body = {"query": query, **({"variables": variables} if variables is not None else {}), **more}
        return await self.send(json.dumps(body), headers=headers)


@dataclass(frozen=True)
class Provider:
    """Where people sign in: a provider's issuer, and where browsers find the API; by default nobody can."""

    issuer: str = "http://127.0.0.1:9"
    public_url: str = BASE_URL
    secret: str | None = None
    claims_trusted: bool = True


NOBODY = Provider()


def people_of(record: SqlRecord, provider: Provider = NOBODY) -> People:
    """Who subjects are, by the record's accounts."""
    return People(record.accounts, claims_trusted=provider.claims_trusted)


def desk_of(record: SqlRecord, clock: Callable[[], datetime], provider: Provider = NOBODY) -> SignInDesk:
    """Where people sign in at the provider."""
    client = Client(provider.issuer, CLIENT, provider.public_url + CALLBACK, provider.secret)
    return SignInDesk(
        provider=OpenIdProvider(client, clock=clock, monotonic=lambda: clock().timestamp()),
        people=people_of(record, provider),
        sessions=Sessions(record.sessions, clock),
        public_url=provider.public_url,
    )


@asynccontextmanager
async def serving(
    directory: Path,
    settings: ApiSettings | None = None,
    *,
    record_url: str | None = None,
    provider: Provider = NOBODY,
) -> AsyncIterator[Served]:
    """The API over a new record and index in `directory`, or over the empty record at `record_url`."""
    engine = EmbeddedEngine(directory / "index.db")
    await engine.open()
    clock, tokens, doorbell = Clock(), Tokens(directory / "jwks.json"), Doorbell()
    async with await open_record(record_url or new_record(directory)) as record:

        async def index_state() -> IndexState:
            async with record.reader() as reader:
                head = await reader.head()
            return IndexState(engine.name, head, await engine.position(), 0.0, await engine.count(), 0)

        services = Services(
            directory=Directory(record, RULEBOOK, {}, clock=clock),
            record=record,
            search=engine,
            reference=REFERENCE,
            clock=clock,
            cursors=Cursors(b"c" * 32, clock),
            tokens=Callers(
                TokenVerifier(key_source(str(tokens.file)), issuer=ISSUER, audience=AUDIENCE, clock=clock),
                record.machine_keys,
                people_of(record, provider),
                clock=clock,
            ),
            sign_in=desk_of(record, clock, provider),
            rejected=record.dead_letters.count,
            index_state=index_state,
            doorbell=doorbell,
            settings=settings or ApiSettings(),
        )
        yield Served(make_app(services), services, record, record.sealer(), tokens, clock)
    await engine.close()


class _Server(uvicorn.Server):
    """A server that says when it listens."""

    def __init__(self, app: Starlette) -> None:
        super().__init__(
            uvicorn.Config(
                app, host="127.0.0.1", port=0, log_level="warning", lifespan="off", ws_max_size=1 << 20
            )
        )
        self.up = asyncio.Event()

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


@asynccontextmanager
async def listening(app: Starlette) -> AsyncIterator[str]:
    """The application behind a real socket of this machine; the value is its base URL."""
    server = _Server(app)
    running = asyncio.create_task(server.serve())
    await server.up.wait()
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        await running


def with_limits(**limits: Any) -> ApiSettings:
    """The usual settings with other limits."""
    settings = ApiSettings()
    return replace(settings, limits=replace(settings.limits, **limits))
