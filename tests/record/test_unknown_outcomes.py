"""A connection to PostgreSQL that is cut at the commit: whether it was done, a repeat by the same key finds out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import pytest
from sqlalchemy.engine import make_url

from directory.commands import SubmitFirm
from directory.errors import RecordUnavailable
from directory.record.open import open_record
from directory.states import EntityType
from tests.commands.front_desk import Desk, a_firm_user
from tests.declarations import raw_enterprise

pytestmark = pytest.mark.postgresql

COMMIT = b"COMMIT;"  # the level READ COMMITTED is another word


@dataclass
class Line:
    """What lies between the program and the database: once armed, it breaks at the next commit."""

    host: str
    port: int
    armed: bool = False
    passes_it_on: bool = True
    cut: int = 0

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, there and back."""
        there, back = await asyncio.open_connection(self.host, self.port)
        answers = asyncio.create_task(self._answers(there, writer))
        try:
            while data := await reader.read(1 << 16):
                if self.armed and COMMIT in data:
                    self.armed = False
                    self.cut += 1
                    answers.cancel()
                    await asyncio.wait([answers])
                    await self._break(data, there, back)
                    return
                back.write(data)
                await back.drain()
        except ConnectionError:
            return
        finally:
            answers.cancel()
            writer.close()
            back.close()

    async def _break(self, data: bytes, there: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        """The commit is lost on its way, or its answer is."""
        if self.passes_it_on:
            back.write(data)
            await back.drain()
            await there.read(1)

    async def _answers(self, there: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await there.read(1 << 16):
                writer.write(data)
                await writer.drain()
        # The database has closed: whoever waits for that must hear it.
        writer.close()


@asynccontextmanager
async def line_to(url: str) -> AsyncIterator[tuple[Line, str]]:
    """A line to the database at `url`, and the URL that leads over it."""
    parsed = make_url(url)
    line = Line(parsed.host or "127.0.0.1", parsed.port or 5432)
    server = await asyncio.start_server(line.carry, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield line, parsed.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)
    finally:
        server.close()


@pytest.mark.parametrize("arrives", [True, False], ids=["the answer is lost", "the commit is lost"])
async def test_a_commit_without_an_answer_is_found_out_by_its_key(
    postgres_record_url: str, arrives: bool
) -> None:
    """The caller is told to try again, does so under the same key, and there is one entry, whichever it was."""
    caller = a_firm_user()
    command = SubmitFirm(profile=raw_enterprise(), client_mutation_id="the-same-wish")
    async with line_to(postgres_record_url) as (line, url), await open_record(url) as record:
        desk = Desk(record)
        async with record.reader() as reader:
            assert await reader.entity_ids(EntityType.FIRM) == []
        line.passes_it_on, line.armed = arrives, True

        with pytest.raises(RecordUnavailable):
            await desk.directory.handle(command, caller)
        assert line.cut == 1
        async with record.reader() as reader:
            assert len(await reader.entity_ids(EntityType.SUBMISSION)) == arrives
        again = await desk.directory.handle(command, caller)
        once_more = await desk.directory.handle(command, caller)

        async with record.reader() as reader:
            assert len(await reader.entity_ids(EntityType.SUBMISSION)) == 1
    assert again == once_more
