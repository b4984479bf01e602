"""
The rows of a file read by a process of its own, some batches ahead of what is being carried out.

Reading and judging what stands in a row takes as long as carrying it out, needs nothing of the record, and so another core
can do it. The pipe between both holds little: a process that is ahead waits. One that was left alone ends at its next row.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeVar

from indexer.transfer.declaring import Declaring, Taken
from indexer.transfer.encodings import Encoding
from indexer.transfer.firms import AT_ONCE
from indexer.transfer.read import Row, UnreadableFile, rows
from indexer.transfer.table import table_rows
from newgrowth.settings import Settings
from newgrowth.wiring import rulebook
from seeds.reference import load_reference

T = TypeVar("T")
TABLE = ".csv"
LOST = (
    "The process that reads the file has ended before the file did. What was told is imported: run the command again to "
    "go on. 读取文件的进程提前结束；已报告的行均已导入，请重新运行以继续。"
)


class ReaderLost(UnreadableFile):
    """The process that reads ended before the file did."""


def text_rows(file: Path, encoding: Encoding) -> Iterator[Row]:
    """The rows of a surveyed table or NDJSON file."""
    return table_rows(file, encoding) if file.suffix.lower() == TABLE else rows(file, encoding)


def batches(items: Iterable[T], at_once: int) -> Iterator[Sequence[T]]:
    """The items in order, so many at a time."""
    left = iter(items)
    while some := list(islice(left, at_once)):
        yield some


async def read_here(taken: Iterable[Row], declaring: Declaring) -> AsyncGenerator[Sequence[Taken], None]:
    """The rows read as they are asked for."""
    for some in batches(taken, AT_ONCE):
        yield [declaring.taken(row) for row in some]


async def read_ahead(
    settings: Settings, file: Path, encoding: Encoding, digest: str
) -> AsyncGenerator[Sequence[Taken], None]:
    """The rows of a surveyed text file, read ahead. Close it to stop early. Raises: ReaderLost."""
    spawning = multiprocessing.get_context("spawn")
    receiving, sending = spawning.Pipe(duplex=False)
    process = spawning.Process(
        target=_read, args=(sending, settings, file, encoding, digest, AT_ONCE), daemon=True
    )
    process.start()
    sending.close()
    try:
        while some := await asyncio.to_thread(_received, receiving):
            yield some
    finally:
        process.terminate()
        process.join()
        receiving.close()


def _received(receiving: Connection) -> Sequence[Taken]:
    """The next rows; none at the end of the file."""
    try:
        some: Sequence[Taken] = receiving.recv()
    except (EOFError, OSError):
        raise ReaderLost(LOST) from None
    return some


def _read(
    sending: Connection, settings: Settings, file: Path, encoding: Encoding, digest: str, at_once: int
) -> None:
    """What the process does."""
    # Ctrl-C goes to both; the other one says when to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    declaring = Declaring(rulebook(settings, load_reference()), digest)
    with suppress(BrokenPipeError):
        for some in batches(text_rows(file, encoding), at_once):
            sending.send([declaring.taken(row) for row in some])
        sending.send([])
