"""A whole directory behind the API: record, engine, follower and a clock that stands until it is moved."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from directory.access import Role
from directory.handlers.registry import HANDLERS
from directory.handling import Directory
from directory.names import place_names
from directory.record.open import SqlRecord, open_record
from indexer.engines.embedded import EmbeddedEngine
from indexer.follow import Follower
from indexer.query.search import SearchEngine
from indexer.replay import replay
from indexer.route import Route
from schema.app import make_app
from schema.changes.doorbell import Doorbell
from schema.cursors import Cursors
from schema.identity import TokenVerifier
from schema.keys import key_source
from schema.machine_keys import Callers
from schema.services import IndexState, Services
from tests.record.fixtures import new_record
from tests.record.steps import seal
from tests.rulebooks import REFERENCE, RULEBOOK
from tests.rules.report_lives import china
from tests.schema.serving import AUDIENCE, ISSUER, Answer, Served, Tokens, desk_of, people_of

LEAD = "local-culture@330100"
SECOND_LEAD = "local-amr@330100"
HELPER = "industry-association"
EPOCH = 1
REPLAYED_AT_ONCE = 2
BEGINNING = china("2026-03-02 10:00")


@dataclass(frozen=True)
class Person:
    """Someone with a token; no role is the public, without one."""

    subject: str
    role: Role = Role.PUBLIC
    claims: Mapping[str, str] = field(default_factory=dict, hash=False)


def officer(subject: str, agency: str, region: str | None = None) -> Person:
    """An official of an agency."""
    return Person(subject, Role.AGENCY, {"agency": agency, **({"region": region} if region else {})})


PUBLIC = Person("nobody")
OWNER = Person("firm-user", Role.FIRM)
OTHER_OWNER = Person("other-firm", Role.FIRM)
ANALYST = Person("analyst", Role.ANALYST)
SUPERVISOR = Person("supervisor", Role.SUPERVISOR)
OPERATOR = Person("operator", Role.OPERATOR)
TRIAGE = officer("triage-desk", "local-gsb@330100", "330100")
LEADER = officer("leader", LEAD, "330100")
SECOND_LEADER = officer("second-leader", SECOND_LEAD, "330100")
ASSISTANT = officer("assistant", HELPER)
FAR_OFFICER = officer("far-officer", "local-amr@440300", "440300")


@dataclass
class Clock:
    """The time of the story."""

    now: datetime = BEGINNING

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Stage:
    """The directory, and ways to ask it as anyone."""

    served: Served
    clock: Clock
    follower: Follower
    engine: SearchEngine
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def record(self) -> SqlRecord:
        """The record under the API."""
        return self.served.record

    @property
    def directory(self) -> Directory:
        """The command side, for what only the clock does."""
        return self.served.services.directory

    def at(self, when: str) -> Stage:
        """The same stage at another time, by the wall clock of Shanghai."""
        self.clock.now = china(when)
        return self

    def token_of(self, person: Person) -> str | None:
        """The person's token; none for the public."""
        if person.role is Role.PUBLIC:
            return None
        if person.subject not in self.tokens:
            claims = dict(person.claims)
            self.tokens[person.subject] = self.served.tokens.issue(
                person.role, subject=person.subject, **claims
            )
        return self.tokens[person.subject]

    async def answer(self, who: Person, query: str, **variables: Any) -> Answer:
        """What the API answers, errors and all."""
        return await self.served.ask(query, variables, token=self.token_of(who))

    async def ask(self, who: Person, query: str, **variables: Any) -> Any:
        """The data of an answer without errors."""
        return (await self.answer(who, query, **variables)).data

    async def index(self) -> None:
        """Everything done so far is searchable afterwards."""
        await seal(self.record)
        await self.follower.catch_up(EPOCH)
        await self.engine.refresh()


@asynccontextmanager
async def staged(tmp_path: Path, record_url: str, engine: SearchEngine) -> AsyncIterator[Stage]:
    """A directory over an empty record and an empty index; the issuer's keys lie in `tmp_path`."""
    await engine.open()
    time, tokens = Clock(), Tokens(tmp_path / "jwks.json")
    async with await open_record(record_url, places=place_names(REFERENCE.regions)) as record:

        async def index_state() -> IndexState:
            async with record.reader() as reader:
                head = await reader.head()
            return IndexState(engine.name, head, await engine.position(), 0.0, await engine.count(), 0)

        route = Route(record, engine, REFERENCE, record.dead_letters)
        services = Services(
            directory=Directory(record, RULEBOOK, HANDLERS, clock=time),
            record=record,
            search=engine,
            reference=REFERENCE,
            clock=time,
            cursors=Cursors(b"c" * 32, time),
            tokens=Callers(
                TokenVerifier(key_source(str(tokens.file)), issuer=ISSUER, audience=AUDIENCE),
                record.machine_keys,
                people_of(record),
                clock=time,
            ),
            sign_in=desk_of(record, time),
            rejected=record.dead_letters.count,
            replay=lambda: replay(route, most=REPLAYED_AT_ONCE),
            index_state=index_state,
            doorbell=Doorbell(),
        )
        served = Served(make_app(services), services, record, record.sealer(), tokens, time)
        follower = Follower(route)
        yield Stage(served, time, follower, engine)
    await engine.close()


@asynccontextmanager
async def staged_in(place: Path) -> AsyncIterator[Stage]:
    """A directory over a new SQLite record and the embedded engine, with their files in `place`."""
    async with staged(place, new_record(place), EmbeddedEngine(place / "index.db")) as running:
        yield running
