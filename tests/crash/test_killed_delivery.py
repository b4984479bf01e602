"""Killed between delivery and bookkeeping: a new process delivers again, under the id by which it was delivered before."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from directory.mail import MailMode, MailSubscription
from directory.moves import Action
from directory.record.open import open_record
from directory.reminders import step_notices
from directory.states import Language
from directory.webhooks import Webhook, new_secret
from tests.crash.nursery import ROOT
from tests.factories import make_blockage, make_firm
from tests.measure import measure
from tests.record.steps import keep
from tests.schema.serving import listening
from tests.servers.smtp import mailing_to, smtp_server

OWNER = "firm-user"
KINDS: Sequence[Any] = [
    ("sqlite", "webhook"),
    pytest.param("postgresql", "mail", marks=pytest.mark.postgresql),
    *measure([], [("sqlite", "mail"), pytest.param("postgresql", "webhook", marks=pytest.mark.postgresql)]),
]


@dataclass
class Arrivals:
    """The ids under which something came; the worker that brought the first one is killed before it hears of it."""

    ids: list[str] = field(default_factory=list)
    worker: asyncio.subprocess.Process | None = None

    async def take(self, id_: str) -> None:
        """Keeps what came. The answer to the first goes out to nobody."""
        self.ids.append(id_)
        if self.worker is not None:
            self.worker.kill()
            await self.worker.wait()
            self.worker = None

    async def hook(self, request: Request) -> Response:
        """A webhook."""
        await request.body()
        await self.take(request.headers["webhook-id"])
        return Response(status_code=204)


async def told(record_url: str, url: str) -> None:
    """An owner with a webhook and a mail address, who was told of one step."""
    now = datetime.now(UTC)
    firm = make_firm(owner=OWNER)
    report = make_blockage(firm_id=firm.id, reporter=OWNER)
    async with await open_record(record_url) as record:
        await keep(record, firm, report)
        async with record.unit_of_work() as uow:
            if url:
                await uow.webhooks.add(Webhook("w1", OWNER, url, new_secret(b"s" * 32), now), 1)
            else:
                await uow.mail.put(confirmed(now), None)
            await uow.notices.tell(step_notices(report, Action.TRIAGE_ACCEPT))


def confirmed(now: datetime) -> MailSubscription:
    """A confirmed address."""
    return MailSubscription(
        id="m1",
        owner=OWNER,
        address="owner@firm.example",
        language=Language.ZH,
        mode=MailMode.AT_ONCE,
        hour=8,
        created_at=now,
        confirm_token="token",
        unsubscribe_token="other-token",
        confirmed_at=now,
    )


@asynccontextmanager
async def delivering(
    record_url: str, folder: Path, more: dict[str, str]
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`newgrowth deliver`, as an operator's timer runs it."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "NEWGROWTH_DATA_DIR": str(folder),
        "NEWGROWTH_RECORD_URL": record_url,
        "NEWGROWTH_PRIVATE_WEBHOOKS": "true",
        "NEWGROWTH_ALLOW_UNSAFE_VERSIONS": "true",
        **more,
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "newgrowth", "deliver"),
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def killed_then_run_again(
    record_url: str, folder: Path, arrivals: Arrivals, more: dict[str, str]
) -> None:
    """One process dies when its delivery has arrived; another, once the lease of the dead one is over, does the work."""
    async with delivering(record_url, folder, more) as first:
        arrivals.worker = first
        await first.wait()
    assert (first.returncode, len(arrivals.ids)) == (-signal.SIGKILL, 1)
    async with await open_record(record_url) as record:
        await record.leases.free_all()
    async with delivering(record_url, folder, more) as again:
        assert await again.wait() == 0


async def left_to_do(record_url: str) -> int:
    """How many deliveries and mails are still to be tried, whenever."""
    later = datetime.now(UTC) + timedelta(days=30)
    async with await open_record(record_url) as record, record.reader() as reader:
        return len(await reader.parcels(later, 10)) + len(await reader.letters(later, 10))


@pytest.mark.parametrize(("empty_record_url", "kind"), KINDS, indirect=["empty_record_url"])
async def test_what_a_killed_process_delivered_comes_again_under_its_id(
    kind: str, empty_record_url: str, tmp_path: Path
) -> None:
    """At least once, and known as the same; then nothing is left to do."""
    arrivals = Arrivals()
    hooks = Starlette(routes=[Route("/hook", arrivals.hook, methods=["POST"])])
    async with smtp_server() as server, listening(hooks) as url:
        server.arrived = arrivals.take
        more = mailing_to(server) if kind == "mail" else {}
        await told(empty_record_url, f"{url}/hook" if kind == "webhook" else "")
        await killed_then_run_again(empty_record_url, tmp_path, arrivals, more)
    one, again = arrivals.ids
    assert one == again
    assert await left_to_do(empty_record_url) == 0
