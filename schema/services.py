"""What the API works with: handed in once, by whoever starts it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from directory.dead_letter_ports import DeadLetter, IndexCheck
from directory.handling import Directory
from directory.ports import Record
from directory.reference import Reference
from indexer.query.search import SearchEngine
from indexer.replay import Replayed
from schema.allowances import Rates
from schema.changes.doorbell import Doorbell
from schema.changes.looks import Looks
from schema.cursors import Cursors
from schema.identity import Verifier
from schema.observing import Observer
from schema.sign_in.desk import SignInDesk
from schema.standings import Standings

# After this an entry without a position is no matter of a busy moment: something holds the log up.
HELD_UP_SECONDS = 30.0
LOG_HELD_UP = "LOG_HELD_UP"


@dataclass(frozen=True, slots=True)
class ApiLimits:
    """Bounds of one request; times in seconds, sizes in bytes.

    An export holds a reader of the record now and then, for as long as its caller takes to read: searches come first.
    `export_stalled_seconds`: for as long one piece may wait for a reader who takes nothing.
    """

    body_bytes: int = 1 << 20
    body_seconds: float = 15.0
    frame_bytes: int = 64 << 10
    connection_init_seconds: float = 5.0
    subscriptions_per_connection: int = 5
    connections_per_caller: int = 20
    operation_seconds: float = 10.0
    export_seconds: float = 600.0
    export_stalled_seconds: float = 60.0
    exports_at_once: int = 8
    exports_at_once_per_caller: int = 2
    upload_seconds: float = 60.0
    uploads_at_once: int = 8
    uploads_at_once_per_caller: int = 2
    operations_at_once: int = 200
    operations_at_once_per_caller: int = 50


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """What an operator decides about the API. An empty `allowed_hosts` answers to every host name.

    With `ready_lag_seconds` a server is not ready while the index is further behind; with None its lag is told and no more.
    Only `trusted_proxies` (addresses or networks) may name, by X-Forwarded-For and X-Forwarded-Proto, for whom they ask.
    Without `plain_selections` graphql-core resolves every field of every object.
    """

    demo: bool = False
    allowed_hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")
    allowed_origins: tuple[str, ...] = ()
    ready_lag_seconds: float | None = None
    limits: ApiLimits = field(default_factory=ApiLimits)
    rates: Rates = field(default_factory=dict)
    trusted_proxies: tuple[str, ...] = ()
    metrics_token: str | None = field(default=None, repr=False)
    plain_selections: bool = True


@dataclass(frozen=True, slots=True)
class IndexState:
    """How far the index is behind the record: log positions, seconds, live and dead documents, the first dead letters.

    `unsealed_seconds`: for how long the first entry of the log has waited for its position, 0 when none does.
    `reachable` False: the engine gave no answer, and its figures are those of an empty index. `last_fault` is the
    class of what this process last failed by in following, None while all is well.
    """

    engine: str
    record_position: int
    indexed_position: int
    lag_seconds: float
    documents: int
    rejected: int
    unsealed_seconds: float = 0.0
    reachable: bool = True
    generation: str | None = None
    previous_generation: str | None = None
    following: bool = False
    rebuilding: bool = False
    filling: bool = False
    last_fault: str | None = None
    letters: Sequence[DeadLetter] = ()
    check: IndexCheck | None = None


@dataclass(frozen=True, slots=True)
class Family:
    """Figures of one meaning, by the values of their labels, which are few and ours."""

    name: str
    meaning: str
    labels: tuple[str, ...]
    figures: Mapping[tuple[str, ...], float]


async def _fit() -> Sequence[str]:
    return ()


async def _no_gauges() -> Sequence[Family]:
    return ()


async def _nothing_to_replay() -> Replayed:
    return Replayed(0, 0)


@dataclass(frozen=True, slots=True)
class Services:
    """The directory behind the API. One instance a process.

    `tokens` None takes no token at all. `sign_in` None offers no way to sign in on the web.
    `index_state` raises ServiceFault when the record or the engine cannot be asked; `rejected` counts dead letters, and raises
    likewise; `replay` builds them anew. `doorbell` rings when the log has grown. `unfit` gives the codes of what forbids
    serving besides, and raises ServiceFault. `gauges` are further figures for operators, and raise likewise.
    """

    directory: Directory
    record: Record
    search: SearchEngine
    reference: Reference
    clock: Callable[[], datetime]
    cursors: Cursors
    tokens: Verifier | None
    index_state: Callable[[], Awaitable[IndexState]]
    rejected: Callable[[], Awaitable[int]]
    doorbell: Doorbell
    sign_in: SignInDesk | None = None
    replay: Callable[[], Awaitable[Replayed]] = _nothing_to_replay
    unfit: Callable[[], Awaitable[Sequence[str]]] = _fit
    gauges: Callable[[], Awaitable[Sequence[Family]]] = _no_gauges
    observer: Observer = field(default_factory=Observer)
    settings: ApiSettings = field(default_factory=ApiSettings)
    standings: Standings = field(default_factory=Standings)
    looks: Looks = field(default_factory=Looks)
