"""Serving: the ASGI application with its background work, under uvicorn."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import structlog
import uvicorn
from starlette.applications import Starlette

from indexer.replay import AT_ONCE, replay
from newgrowth.errands import errands
from newgrowth.gauges import gauges
from newgrowth.head_keeping import HeadKeeper
from newgrowth.settings import ANY_HOST, RolesFrom, Settings
from newgrowth.tokens import refuse_development_key
from newgrowth.tracing import traced
from newgrowth.watches import keep_watch, watches
from newgrowth.wiring import Parts, at_work, cursor_secret, key_location, now, opened
from portal.site import portal
from schema.allowances import Purpose, Rate, Rates
from schema.app import make_app
from schema.cursors import Cursors
from schema.identity import TokenVerifier
from schema.keys import key_source
from schema.machine_keys import Callers
from schema.observing import Observer, timed
from schema.people import People
from schema.services import ApiLimits, ApiSettings, IndexState, Services
from schema.sign_in.desk import SignInDesk
from schema.sign_in.endpoint import CALLBACK
from schema.sign_in.provider import Client, OpenIdProvider
from schema.sign_in.sessions import Sessions

GRACE_SECONDS = 10
DEMO_FACTOR = 100
# As many callers at least it takes to fill all places: one alone must not keep the others out.
CALLERS_AT_ONCE = 4
# So many people may sign in, as often as one may, from one address: that of an office.
PEOPLE_AT_AN_ADDRESS = 20

log = structlog.get_logger(__name__)


def services_of(parts: Parts) -> Services:
    """The open parts as the API takes them."""
    settings = parts.settings
    located = key_location(settings)
    tokens = (
        TokenVerifier(key_source(located[0]), issuer=located[1], audience=settings.audience)
        if located
        else None
    )

    people = People(
        parts.record.accounts,
        claims_trusted=settings.demo or settings.roles_from is RolesFrom.CLAIMS,
        roles_claim=settings.roles_claim,
    )

    async def index_state() -> IndexState:
        status = await parts.index_status()
        return IndexState(
            engine=status.engine,
            record_position=status.record_position,
            indexed_position=status.indexed_position,
            lag_seconds=status.lag_seconds,
            unsealed_seconds=status.unsealed_seconds,
            documents=status.documents,
            rejected=status.rejected,
            reachable=status.reachable,
            generation=status.generations.live,
            previous_generation=status.generations.previous,
            following=status.following,
            rebuilding=status.rebuilding,
            filling=status.filling,
            last_fault=parts.follower.health.last_error,
            letters=status.letters,
            check=status.check,
        )

    observer, token = Observer(), settings.metrics_token
    return Services(
        directory=parts.directory,
        record=parts.record,
        search=timed(parts.engine, observer),
        reference=parts.reference,
        clock=now,
        cursors=Cursors(cursor_secret(settings), now),
        tokens=Callers(tokens, parts.record.machine_keys, people),
        sign_in=_sign_in_desk(parts, people),
        index_state=index_state,
        rejected=parts.record.dead_letters.count,
        replay=lambda: replay(parts.route, most=AT_ONCE),
        doorbell=parts.news,
        unfit=parts.unfit,
        gauges=lambda: gauges(parts.record),
        observer=observer,
        settings=ApiSettings(
            demo=settings.demo,
            allowed_hosts=() if settings.allowed_hosts == ANY_HOST else settings.allowed_hosts,
            allowed_origins=settings.allowed_origins,
            ready_lag_seconds=settings.ready_lag_seconds,
            limits=_limits(settings),
            rates=_rates(settings),
            trusted_proxies=settings.trusted_proxies,
            metrics_token=token.get_secret_value() if token else None,
            plain_selections=settings.plain_selections,
        ),
    )


def _sign_in_desk(parts: Parts, people: People) -> SignInDesk | None:
    """Where people sign in, if the operator has named a provider."""
    settings = parts.settings
    if not (settings.sign_in_issuer and settings.sign_in_client_id and settings.public_url):
        return None
    public_url, secret = settings.public_url.rstrip("/"), settings.sign_in_client_secret
    client = Client(
        issuer=settings.sign_in_issuer,
        id=settings.sign_in_client_id,
        redirect_uri=public_url + CALLBACK,
        secret=secret.get_secret_value() if secret else None,
    )
    return SignInDesk(
        provider=OpenIdProvider(client, clock=now),
        people=people,
        sessions=Sessions(parts.record.sessions, now),
        public_url=public_url,
    )


def _limits(settings: Settings) -> ApiLimits:
    most = settings.operations_at_once
    return ApiLimits(
        operation_seconds=settings.operation_seconds,
        export_seconds=settings.export_seconds,
        operations_at_once=most,
        operations_at_once_per_caller=max(1, most // CALLERS_AT_ONCE),
    )


def _rates(settings: Settings) -> Rates:
    """What a caller may take; a demo is there to be tried, with tools too."""
    more = DEMO_FACTOR if settings.demo else 1
    wanted = {
        Purpose.COST: (settings.cost_per_minute, 60),
        Purpose.CREATIONS: (settings.creations_per_hour, 3600),
        Purpose.EXPORTS: (settings.exports_per_hour, 3600),
        Purpose.UPLOADS: (settings.uploads_per_hour, 3600),
        Purpose.FAILED_SIGN_INS: (settings.failed_sign_ins_per_hour, 3600),
        Purpose.SIGN_INS: (settings.sign_ins_per_hour, 3600),
        Purpose.SIGN_INS_OF_ADDRESS: (settings.sign_ins_per_hour * PEOPLE_AT_AN_ADDRESS, 3600),
    }
    return {purpose: Rate(most * more, seconds) for purpose, (most, seconds) in wanted.items() if most}


@asynccontextmanager
async def application(settings: Settings) -> AsyncIterator[Starlette]:
    """The application, at work until the block ends. Raises: SettingsInvalid, ServiceFault."""
    refuse_development_key(settings)
    if settings.allowed_hosts == ANY_HOST:
        log.warning(
            "any_host_answered", reason="NEWGROWTH_ALLOWED_HOSTS is *: let a proxy check the Host header"
        )
    async with opened(settings) as parts:
        services = services_of(parts)
        keeper = HeadKeeper(settings, parts.record)
        watching = (keep_watch(watches(parts)), keeper.run(parts.news))
        beside = (*watching, *(errands(parts, services) if settings.work_in_process else ()))
        follow, clock = settings.follow_in_process, settings.work_in_process
        async with at_work(parts, follow=follow, clock=clock, beside=beside):
            yield make_app(services, guests=(portal,))
        await keeper.keep()


async def serve(
    settings: Settings,
    started: Callable[[str], None] = lambda url: None,
    listening: socket.socket | None = None,
) -> None:
    """Serves until told to stop; requests under way are finished first. `started` is told the address.

    `listening` is taken in place of the settings' host and port.
    """
    with traced(settings):
        await _serve(settings, started, listening)


async def _serve(settings: Settings, started: Callable[[str], None], listening: socket.socket | None) -> None:
    async with application(settings) as app:
        config = uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
            ws_max_size=64 << 10,
            lifespan="off",
        )
        server = _Announcing(config, started)
        await server.serve(sockets=[listening] if listening else None)


class _Announcing(uvicorn.Server):
    """A server that says where it listens, which a port of 0 leaves open until then, and lets its caller end in order."""

    def __init__(self, config: uvicorn.Config, started: Callable[[str], None]) -> None:
        super().__init__(config)
        self._announce = started

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Takes SIGINT and SIGTERM as the wish to stop, and no more: what is open is closed after the last answer."""
        loop = asyncio.get_running_loop()
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(each, self.handle_exit, each, None)
        try:
            yield
        finally:
            for each in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(each)

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup(sockets)  # type: ignore[arg-type]
        if self.started:
            # What is there by now stays: the collector need not walk it again and again.
            gc.freeze()
            host, port, *_ = self.servers[0].sockets[0].getsockname()
            self._announce(f"http://{f'[{host}]' if ':' in host else host}:{port}")
