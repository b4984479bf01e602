"""An export of any size: constant memory, no formula for a spreadsheet, and an end when its reader goes away."""

from __future__ import annotations

import asyncio
import gc
import json
import tracemalloc
from collections.abc import AsyncGenerator, Sequence
from itertools import product
from typing import Any

import pytest
from structlog.testing import capture_logs

from directory.access import Caller
from directory.errors import SearchUnavailable
from schema.exporting import asking
from schema.exporting.formats import COLUMNS, written
from schema.exporting.snapshot import Row, Snapshot, snapshot
from schema.exporting.words import Format, Listing
from schema.root import context_for
from tests.factories import NOW, make_firm
from tests.journeys.stage import ANALYST, PUBLIC, SUPERVISOR, Person, Stage
from tests.schema.blockages.corpus import indexed, taken_up
from tests.transfer.exports import export, with_other_limits

SIGNS = "=+-@＝＋－＠"
COMMANDS = ("cmd|' /C calc'!A0", 'HYPERLINK("https://example.com","看")', "1+1", "SUM(A1:A9)")
PAYLOADS = [f"{before}{sign}{rest}" for before, sign, rest in product(("", "'"), SIGNS, COMMANDS)]
PHONE = "+86 138 1234 5678"
# What programs take for the beginning of a formula, looked for by other means than the guard's own.
BEGINNINGS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def a_supervisor(stage: Stage) -> Any:
    """The context of one request."""
    return context_for(stage.served.services, Caller(SUPERVISOR.subject, frozenset({SUPERVISOR.role})))


def generated(count: int) -> Snapshot:
    """A snapshot of rows that nobody keeps."""

    async def rows() -> AsyncGenerator[Sequence[Row], None]:
        for start in range(0, count, 500):
            yield [row(start + number) for number in range(500)]

    def row(number: int) -> Row:
        return Row(dict.fromkeys(COLUMNS[Listing.BLOCKAGES][:8], f"{number} 多"), {})

    return Snapshot(Listing.BLOCKAGES, 1, NOW, rows())


async def peak_of(pieces: AsyncGenerator[bytes, None]) -> tuple[int, int]:
    """The most memory that was in use while the file was written, and its size; both in bytes."""
    gc.collect()
    tracemalloc.start()
    size = 0
    try:
        async for piece in pieces:
            size += len(piece)
        return tracemalloc.get_traced_memory()[1], size
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("form", list(Format))
async def test_ten_times_the_rows_take_no_more_memory(form: Format) -> None:
    """10,000 rows against 1,000."""
    small, size = await peak_of(written(generated(1_000), form))
    large, ten_times = await peak_of(written(generated(10_000), form))

    assert ten_times > 7 * size
    assert large < 1.5 * small


async def test_a_walk_through_record_and_index_takes_no_more_memory(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was loaded for one batch is gone before the next."""
    monkeypatch.setattr(asking, "AT_ONCE", 20)
    firm = make_firm()
    sizes: list[tuple[int, int]] = []
    for more in (40, 360):
        await indexed(stage, *(() if sizes else (firm,)), *(taken_up(firm) for _ in range(more)))
        found = await snapshot(a_supervisor(stage), Listing.BLOCKAGES)
        sizes.append(await peak_of(written(found, Format.NDJSON)))

    (small, size), (large, ten_times) = sizes
    assert ten_times > 8 * size
    assert large < 1.5 * small


async def test_no_cell_is_a_formula(stage: Stage) -> None:
    """64 payloads and a telephone number, as titles and as descriptions: each comes back as it was."""
    firm = make_firm()
    texts = [*PAYLOADS, PHONE, "普通标题"]
    await indexed(stage, firm, *(taken_up(firm, title=text, description=f" {text}") for text in texts))

    table = await export(stage, SUPERVISOR, "blockages.csv")

    cells = [cell for row in table.cells for cell in row.values()]
    assert len(PAYLOADS) >= 60
    assert [cell for cell in cells if cell.strip(" \u3000").startswith(BEGINNINGS)] == []
    assert sorted(row["title"] for row in table.table) == sorted(texts)
    assert sorted(row["description"] for row in table.table) == sorted(f" {text}" for text in texts)


async def test_no_piece_of_a_line_is_a_formula_either(stage: Stage) -> None:
    """Some programs split at semicolons: every cell is quoted."""
    firm = make_firm()
    await indexed(stage, firm, taken_up(firm, title="标题;=1+1"))

    text = (await export(stage, SUPERVISOR, "blockages.csv")).response.text

    assert '"标题;=1+1"' in text


async def test_a_file_that_was_cut_off_has_no_last_line(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine ends in the middle: the fault is passed on, and no reader takes the file for whole."""
    monkeypatch.setattr(asking, "AT_ONCE", 5)
    firm = make_firm()
    await indexed(stage, firm, *(taken_up(firm) for _ in range(12)))
    pieces = written(await snapshot(a_supervisor(stage), Listing.BLOCKAGES), Format.NDJSON)
    got = [await anext(pieces), await anext(pieces)]

    await stage.engine.close()
    with pytest.raises(SearchUnavailable):
        got.append(await anext(pieces))

    assert b'"end"' not in b"".join(got)


class Leaving:
    """A reader of an ASGI answer that takes its first piece, stays there, and goes away when it is told to."""

    def __init__(self, token: str) -> None:
        self.left = asyncio.Event()
        self.took = asyncio.Event()
        self.pieces: list[bytes] = []
        self._asked = False
        self.scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": "/export/blockages.ndjson",
            "raw_path": b"/export/blockages.ndjson",
            "query_string": b"",
            "headers": [
                (b"host", b"localhost"),
                (b"content-type", b"application/json"),
                (b"authorization", f"Bearer {token}".encode()),
            ],
        }

    async def receive(self) -> dict[str, Any]:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": json.dumps({}).encode(), "more_body": False}
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.body" and message["body"]:
            self.pieces.append(message["body"])
            self.took.set()
            # A connection that nobody reads takes no more.
            await asyncio.Event().wait()

    async def read(self, stage: Stage) -> None:
        """Asks, and reads until told to leave."""
        await stage.served.app(self.scope, self.receive, self.send)


class Trickling(Leaving):
    """A reader that lets each piece wait until the whole is late, and then takes it."""

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.body" and message["body"]:
            self.pieces.append(message["body"])
            await asyncio.sleep(0.02)


async def test_a_reader_that_goes_away_ends_the_walk(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing more is read, and the log says that the file is not whole."""
    monkeypatch.setattr(asking, "AT_ONCE", 5)
    firm = make_firm()
    await indexed(stage, firm, *(taken_up(firm) for _ in range(40)))
    reader = Leaving(stage.token_of(SUPERVISOR) or "")

    with capture_logs() as logged:
        answered = asyncio.create_task(reader.read(stage))
        await reader.took.wait()
        reader.left.set()
        await answered

    (told,) = [entry for entry in logged if entry["event"] == "exported"]
    assert (told["whole"], told["listing"]) == (False, "blockages")
    assert SUPERVISOR.subject not in str(logged)
    assert len(reader.pieces) == 1


async def test_a_whole_export_is_logged_as_whole(stage: Stage) -> None:
    """Who took what, and up to which position; nothing of its content."""
    with capture_logs() as logged:
        found = await export(stage, SUPERVISOR, "firms.csv")

    (told,) = [entry for entry in logged if entry["event"] == "exported"]
    assert told["whole"]
    assert told["bytes"] == len(found.response.content)


async def held_by(stage: Stage, who: Person) -> tuple[Leaving, asyncio.Task[None]]:
    """An export whose reader takes the first piece and no more."""
    reader = Leaving(stage.token_of(who) or "")
    held = asyncio.create_task(reader.read(stage))
    await reader.took.wait()
    return reader, held


async def left(*held: tuple[Leaving, asyncio.Task[None]]) -> None:
    """The readers go away."""
    for reader, answered in held:
        reader.left.set()
        await answered


async def test_few_exports_run_at_once(stage: Stage) -> None:
    """One more is asked to come back; it may when another has ended, however that ended."""
    narrow = with_other_limits(stage, exports_at_once=1)
    held = await held_by(narrow, SUPERVISOR)

    refused = await export(narrow, ANALYST, "firms.csv")
    await left(held)
    taken = await export(narrow, ANALYST, "firms.csv")

    assert (refused.response.status_code, refused.codes) == (503, ["BUSY"])
    assert refused.response.headers["retry-after"]
    assert taken.response.status_code == 200


async def test_one_slow_reader_does_not_keep_the_others_out(stage: Stage) -> None:
    """Who has all of its own places waits for them; everyone else finds one."""
    held = [await held_by(stage, SUPERVISOR) for _ in range(2)]

    refused = await export(stage, SUPERVISOR, "firms.csv")
    taken = await export(stage, ANALYST, "firms.csv")
    await left(*held)
    again = await export(stage, SUPERVISOR, "firms.csv")

    assert (refused.response.status_code, refused.codes) == (429, ["RATE_LIMITED"])
    assert [one.response.status_code for one in (taken, again)] == [200, 200]


async def test_what_is_refused_holds_no_place(stage: Stage) -> None:
    """A wrong filter, again and again, and one who may not export."""
    narrow = with_other_limits(stage, exports_at_once=1)
    for _ in range(3):
        assert (
            await export(narrow, ANALYST, "firms.csv", {"filter": {"nothing": 1}})
        ).response.status_code == 400
        assert (await export(narrow, PUBLIC, "firms.csv")).response.status_code == 403

    assert (await export(narrow, ANALYST, "firms.csv")).response.status_code == 200


async def test_a_reader_that_takes_a_little_now_and_then_is_cut_off_too(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is a time for the whole of an export, however short the pauses in it; the file does not look whole."""
    monkeypatch.setattr(asking, "AT_ONCE", 1)
    firm = make_firm()
    await indexed(stage, firm, *(taken_up(firm) for _ in range(5)))
    slow = with_other_limits(stage, export_seconds=0.05)
    reader = Trickling(slow.token_of(SUPERVISOR) or "")

    with capture_logs() as logged:
        await reader.read(slow)

    (told,) = [entry for entry in logged if entry["event"] == "exported"]
    assert not told["whole"]
    assert b'"end"' not in b"".join(reader.pieces)
    assert (await export(slow, SUPERVISOR, "firms.csv")).response.status_code == 200
