"""
The parts put together from the settings: record, rules, engine, command side, and what runs beside them.

Everything opened here is closed here, in reverse order, also when starting fails half-way.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import structlog
from pydantic import SecretStr
from sqlalchemy.engine import make_url

from directory.errors import SearchUnavailable
from directory.handlers.registry import HANDLERS
from directory.handling import Directory
from directory.limits import Limits
from directory.names import place_names
from directory.record.engines import Pools, for_bulk, sqlite_path
from directory.record.faults import SchemaOutdated
from directory.record.migrate import migrate
from directory.record.open import Mode, SqlRecord, open_beside, open_record
from directory.record.rights import grant
from directory.record.standing import connections_offered, has_own_tables
from directory.reference import Reference
from directory.rulebook import Rulebook
from directory.workdays import WorkCalendar
from indexer.engines.elastic.access import Access, Accesses
from indexer.follow import Follower
from indexer.query.search import SearchEngine
from indexer.route import Route
from indexer.status import IndexStatus, index_status
from newgrowth.floors import Floors, UnsafeVersion
from newgrowth.head_keeping import check_head
from newgrowth.settings import Engine, Settings, SettingsInvalid
from newgrowth.tokens import DEVELOPMENT_ISSUER, PUBLIC_FILE, development_key
from schema.changes.doorbell import Doorbell
from seeds.reference import load_reference

SECRET_FILE = "cursor-secret"  # noqa: S105 - the file's name, not the secret

log = structlog.get_logger(__name__)


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


def rulebook(settings: Settings, reference: Reference) -> Rulebook:
    """The rules' outside knowledge under these settings."""
    return Rulebook(
        reference=reference,
        calendar=WorkCalendar(reference.work_years),
        limits=_limits(settings, reference.limits),
        second_person=settings.second_person,
        private_webhooks=settings.private_webhooks,
        mail_offered=settings.smtp_host is not None,
    )


def _limits(settings: Settings, published: Limits) -> Limits:
    """The published limits, with what the operator sets."""
    notice = settings.notice_working_days
    return published if notice is None else replace(published, notice=notice)


def search_engine(settings: Settings) -> SearchEngine:
    """The engine the settings name, not yet opened. The Elasticsearch client is imported only when it is used."""
    if settings.engine is Engine.EMBEDDED:
        from indexer.engines.embedded import EmbeddedEngine

        return EmbeddedEngine(settings.index_file)
    from indexer.engines.elasticsearch import ElasticsearchEngine

    return ElasticsearchEngine(
        str(settings.elasticsearch_url),
        prefix=settings.index_prefix,
        accesses=accesses(settings),
        shards=settings.index_shards,
    )


def accesses(settings: Settings) -> Accesses:
    """The keys to Elasticsearch, and whom to take for it."""

    def access(key: SecretStr | None) -> Access:
        return Access(
            api_key=key.get_secret_value() if key else None,
            ca_file=settings.elasticsearch_ca_file,
            fingerprint=settings.elasticsearch_fingerprint,
        )

    return Accesses(access(settings.elasticsearch_search_key), access(settings.elasticsearch_index_key))


async def prepare_record(settings: Settings, grant_to: str | None = None) -> None:
    """Makes the record's tables, or brings them up to date; then gives a role of PostgreSQL the application's rights.

    Raises: RecordInUse, RecordUnavailable, SettingsInvalid.
    """
    if grant_to is not None and sqlite_path(make_url(settings.record_location)) is not None:
        raise SettingsInvalid(["--grant is for a record in PostgreSQL: SQLite knows no roles."])
    if settings.record_url is None:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    await migrate(settings.record_location)
    if grant_to is not None:
        await grant(settings.record_location, grant_to)


async def opened_record(
    settings: Settings, reference: Reference, mode: Mode = "write", *, bulk: bool = False
) -> SqlRecord:
    """The record of these settings, `bulk` for much to be written. Raises: RecordInUse, SchemaOutdated, RecordUnavailable."""
    places = place_names(reference.regions)
    usual = pools(settings)
    wanted = for_bulk(usual) if bulk else usual
    return await open_record(settings.record_location, mode=mode, places=places, pools=wanted)


async def opened_beside(settings: Settings) -> SqlRecord:
    """The record for a short command, also beside a server (see `open_beside`). Raises: SchemaOutdated, RecordUnavailable."""
    return await open_beside(settings.record_location, pools=pools(settings))


def pools(settings: Settings) -> Pools:
    """The record's connections under these settings."""
    return Pools(
        writers=settings.record_connections,
        readers=settings.record_connections,
        queue_seconds=settings.record_connect_seconds,
        statement_seconds=settings.record_statement_seconds,
        lock_seconds=settings.record_lock_seconds,
        idle_in_transaction_seconds=settings.record_idle_seconds,
        recycle_seconds=settings.record_recycle_seconds,
    )


def process_name(task: str) -> str:
    """How this process signs its leases for `task`."""
    return f"{socket.gethostname()}:{os.getpid()}:{task}:{secrets.token_hex(4)}"


@dataclass(frozen=True, slots=True)
class Parts:
    """What the program works with, open."""

    settings: Settings
    reference: Reference
    record: SqlRecord
    engine: SearchEngine
    directory: Directory
    route: Route
    follower: Follower
    news: Doorbell
    commits: asyncio.Event
    floors: Floors

    async def unfit(self) -> Sequence[str]:
        """The codes of what forbids serving although the record answers. Raises: RecordUnavailable."""
        async with self.record.reader() as reader:
            reasons = [] if await has_own_tables(reader) else [SchemaOutdated.code]
        return reasons if await self.floors.hold() else [*reasons, UnsafeVersion.code]

    async def index_status(self) -> IndexStatus:
        """How far the index is behind. Raises: RecordUnavailable."""
        return await index_status(self.route, self.record.leases)


@asynccontextmanager
async def opened(
    settings: Settings, *, mode: Mode = "write", clock: Callable[[], datetime] = now
) -> AsyncIterator[Parts]:
    """All parts, open; the background work is started apart (`at_work`)."""
    reference = load_reference()
    async with AsyncExitStack() as stack:
        record = await stack.enter_async_context(await opened_record(settings, reference, mode))
        engine = await stack.enter_async_context(_opened_engine(settings))
        floors = Floors(settings, record, engine)
        await floors.check()
        await _enough_connections(record)
        if mode == "write":
            await check_head(settings, record)
        commits = asyncio.Event()
        directory = Directory(
            record, rulebook(settings, reference), HANDLERS, clock=clock, committed=commits.set
        )
        route = Route(record, engine, reference, record.dead_letters)
        news = Doorbell()
        yield Parts(
            settings, reference, record, engine, directory, route, Follower(route), news, commits, floors
        )


async def _enough_connections(record: SqlRecord) -> None:
    """Tells where the server takes fewer connections than this process alone may ask for."""
    async with record.reader() as reader:
        offered = await connections_offered(reader)
    wanted = sum(most for _, most in record.lent().values())
    if offered is not None and wanted > offered:
        log.warning("record_connections_scarce", wanted=wanted, offered=offered)


@asynccontextmanager
async def _opened_engine(settings: Settings) -> AsyncIterator[SearchEngine]:
    """The engine, also when it does not answer yet: that costs searches, not commands, and the follower asks again."""
    engine = search_engine(settings)
    try:
        await engine.open()
        await engine.check()
    except SearchUnavailable as fault:
        log.warning("search_engine_not_ready", reason=str(fault))
    try:
        yield engine
    finally:
        await engine.close()


@asynccontextmanager
async def at_work(
    parts: Parts, *, follow: bool, clock: bool, beside: Sequence[Coroutine[Any, Any, Any]] = ()
) -> AsyncIterator[None]:
    """Seals the log, follows it into the index, minds the clock, and does `beside`, until the block ends."""
    from newgrowth.clockwork import mind_the_clock
    from newgrowth.forgetting import mind_erasures

    work: list[Coroutine[Any, Any, Any]] = [
        parts.record.sealer(sealed=lambda _: parts.news.ring()).run(parts.commits)
    ]
    if follow:
        work.append(parts.follower.run(parts.record.leases, process_name("follow"), parts.news.listen))
    if clock:
        work.append(mind_the_clock(parts.directory))
        work.append(mind_erasures(parts.settings, parts.record))
    work += beside
    tasks = [asyncio.create_task(each) for each in work]
    for task in tasks:
        task.add_done_callback(_tell_of_failure)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task


def _tell_of_failure(task: asyncio.Task[Any]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("background_work_failed", error=type(error).__name__, exc_info=error)


def cursor_secret(settings: Settings) -> bytes:
    """The secret that seals cursors: the settings' own, else one made on first start and kept, to survive a restart."""
    if settings.cursor_secret_file is not None:
        return settings.cursor_secret_file.read_bytes()
    path = settings.data_dir / SECRET_FILE
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}")
        unfinished.touch(mode=0o600)
        unfinished.write_bytes(secrets.token_bytes(32))
        unfinished.replace(path)
    return path.read_bytes()


def key_location(settings: Settings) -> tuple[str, str] | None:
    """Where the callers' keys are and who issues their tokens: the settings' own, or in demo mode the development key."""
    if settings.jwks and settings.issuer:
        return settings.jwks, settings.issuer
    if settings.demo:
        development_key(settings.data_dir)
        return str(settings.data_dir / PUBLIC_FILE), DEVELOPMENT_ISSUER
    return None
