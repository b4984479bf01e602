"""
Bulk in and out: `newgrowth import` and `newgrowth export` as programs of their own, beside the bare thing.

The bare import writes the very rows that the import left, with the driver alone, as many a transaction and as durably; the
bare export reads all states in order and writes each as JSON. What their ratio says is what rules, report and log cost.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any

import orjson
from rich.console import Console

from benchmarks.bare import bare_sqlite
from benchmarks.figures import Figure
from benchmarks.material import REFERENCE
from benchmarks.serving import environment_of, resident_megabytes
from directory.access import Role
from directory.identifiers import USCC_ALPHABET, organisation_code_ok, uscc_check_character
from directory.record.engines import USUAL, for_bulk
from directory.record.migrate import migrate
from directory.record.open import open_record
from indexer.engines.embedded import EmbeddedEngine
from indexer.follow import Follower
from indexer.route import Route
from indexer.transfer.firms import AT_ONCE
from newgrowth.settings import Settings, read_settings
from seeds.generate import generate

PART = "transfer"
LOOKED_AT_EVERY = 0.1
READ_AT_ONCE = 1 << 20
# An NDJSON file begins and ends with a line that is no row.
BESIDE_ROWS = 2
OWNER = "batch-clerk"
# A tenth of the rows beside all of them: what both take of memory should be the same.
TENTH = 10
_TRADES = ("直播", "文化传媒", "电子商务", "服饰", "餐饮", "旅游", "科技", "设计", "咨询", "农业")
_FIRST_HANZI, _COMMON_HANZI = 0x4E00, 6_000


@dataclass(frozen=True, slots=True)
class Ended:
    """A program that has ended: how long it took, the lines that it wrote, and its memory after so many seconds.

    The memory is that of the program and of the processes that it started.
    """

    seconds: float
    megabytes: Sequence[tuple[float, float]]
    lines: int

    @property
    def at_most(self) -> float:
        """The most that it had, in megabytes."""
        return max((had for _, had in self.megabytes), default=0.0)

    @property
    def early(self) -> float:
        """The most that it had in the first tenth of its time, in megabytes."""
        return max((had for at, had in self.megabytes if at * TENTH <= self.seconds), default=0.0)


def plain(count: int) -> Iterator[Mapping[str, Any]]:
    """Enterprises as a register hands them over: name, code, place, form, contact. No two names are near on purpose."""
    chance = Random(11)
    for number in range(count):
        brand = "".join(
            chr(_FIRST_HANZI + chance.randrange(_COMMON_HANZI)) for _ in range(chance.choice((2, 2, 3, 3, 4)))
        )
        yield {
            "name": f"杭州{brand}{chance.choice(_TRADES)}有限公司",
            "uscc": _uscc(number),
            "entityKind": "ENTERPRISE",
            "forms": ["live-commerce"],
            "region": "330100",
            "foundedOn": f"20{chance.randrange(10, 26)}-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}",
            "contact": {"person": "联系人", "phone": f"139{chance.randrange(10**8):08d}"},
        }


def sampled(count: int) -> Iterator[Mapping[str, Any]]:
    """Declarations of the sample data: two accounts, dozens of figures, summaries; brands that many share."""
    return (sample.profile for sample in generate(count, seed=5, today=datetime.now(UTC).date()))


KINDS: Mapping[str, Callable[[int], Iterator[Mapping[str, Any]]]] = {"plain": plain, "sample": sampled}


def written(path: Path, profiles: Iterator[Mapping[str, Any]]) -> Path:
    """A file with a line for each."""
    with path.open("wb") as file:
        file.writelines(orjson.dumps(profile, option=orjson.OPT_APPEND_NEWLINE) for profile in profiles)
    return path


def imported(settings: Settings, file: Path) -> Ended:
    """The file imported by the program, into tables that are made before."""
    settings.data_dir.mkdir(parents=True)
    asyncio.run(migrate(settings.record_location))
    return _ended(["import", str(file), "--as", OWNER, "--data-dir", str(settings.data_dir)])


def exported(settings: Settings, form: str) -> Ended:
    """All entries of the importer exported by the program."""
    asked = ["--as-role", "FIRM", "--as", OWNER, "--format", form, "--data-dir", str(settings.data_dir)]
    return _ended(["export", "firms", *asked])


def _ended(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> Ended:
    began = time.perf_counter()
    process = _started(arguments, environment or {})
    lines = _Lines(process)
    lines.start()
    megabytes = []
    # What the system keeps of a child's peak begins with the memory of the process that started it.
    while process.poll() is None:
        megabytes.append((time.perf_counter() - began, _megabytes(process.pid)))
        with suppress(subprocess.TimeoutExpired):
            process.wait(LOOKED_AT_EVERY)
    assert process.returncode == 0, (arguments, process.returncode)
    seconds = time.perf_counter() - began
    lines.join()
    return Ended(seconds, megabytes, lines.count)


def _started(arguments: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "newgrowth", *arguments],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


class _Lines(Thread):
    """Reads and counts what a program writes, line by line, and keeps none."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        super().__init__(daemon=True)
        assert process.stdout is not None
        self._out = process.stdout
        self.count = 0

    def run(self) -> None:
        """Until the program has written all."""
        while piece := self._out.read(READ_AT_ONCE):
            self.count += piece.count(b"\n")


def _megabytes(pid: int) -> float:
    """Memory of the process and of those that it started; none once they are gone."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return sum(resident_megabytes(each) for each in (pid, *map(int, children)))
    except (OSError, ValueError):
        return 0.0


def bare_import(record: Path, empty: Path, transactions: int) -> float:
    """Seconds that the driver takes to write the record's rows into empty tables, in so many transactions (see `bare`)."""
    url = f"sqlite+aiosqlite:///{empty}"
    asyncio.run(migrate(url))
    with bare_sqlite(url, f"sqlite+aiosqlite:///{record}", transactions, for_bulk(USUAL)) as bare:
        return sum(bare.write() for _ in range(transactions))


def bare_export(record: Path) -> float:
    """Seconds that it takes to read every state in the order of numbers and to write it as a line of JSON."""
    began = time.perf_counter()
    with closing(sqlite3.connect(record)) as source, Path(os.devnull).open("wb") as out:
        for (state,) in source.execute("SELECT state FROM firms ORDER BY entry_number"):
            out.write(orjson.dumps(orjson.loads(state), option=orjson.OPT_APPEND_NEWLINE))
    return time.perf_counter() - began


async def _indexed(settings: Settings) -> tuple[float, float]:
    """Seconds for sealing the log and for filling the index, as a server does after an import."""
    engine = EmbeddedEngine(settings.index_file)
    async with await open_record(settings.record_location) as record:
        began = time.perf_counter()
        sealer = record.sealer()
        while await sealer.seal_once():
            pass
        await sealer.stop()
        sealed = time.perf_counter() - began
        began = time.perf_counter()
        await engine.open()
        await Follower(Route(record, engine, REFERENCE, record.dead_letters)).catch_up(1)
    await engine.close()
    return sealed, time.perf_counter() - began


def everything_exported(settings: Settings) -> list[Figure]:
    """All entries and all reports exported from an index that is full already; and how soon an export ends that nobody reads."""
    environment = environment_of(settings)
    figures: list[Figure] = []
    for listing in ("firms", "blockages"):
        asked = ["export", listing, "--as-role", Role.SUPERVISOR, "--data-dir", str(settings.data_dir)]
        out = _ended(asked, environment)
        rows = out.lines - BESIDE_ROWS
        what = f"export of {rows:,} {listing}, ndjson"
        figures += [Figure(PART, what, rows / out.seconds, "rows/s"), *_memory(what, out)]
    return [
        *figures,
        Figure(PART, "an export that is given up ends within", _given_up(asked, environment), "s"),
    ]


def _given_up(arguments: Sequence[str], environment: Mapping[str, str]) -> float:
    """Seconds until a program has ended whose reader goes away after the first rows."""
    process = _started(arguments, environment)
    assert process.stdout is not None
    process.stdout.readline()
    began = time.perf_counter()
    process.stdout.close()
    process.wait()
    return time.perf_counter() - began


def compared(directory: Path, count: int, console: Console) -> list[Figure]:
    """`count` rows in and out, a tenth of them, and so many of the sample data's."""
    figures: list[Figure] = []
    for kind, rows in (("plain", count // TENTH), ("sample", count // TENTH), ("plain", count)):
        console.print(f"{rows:,} {kind} rows in and out")
        figures += _both_ways(directory / f"{kind}-{rows}", rows, kind)
        shutil.rmtree(directory / f"{kind}-{rows}")
    return figures


def _both_ways(directory: Path, rows: int, what: str) -> list[Figure]:
    directory.mkdir(parents=True)
    file = written(directory / "firms.ndjson", KINDS[what](rows))
    settings = read_settings(data_dir=directory / "data", demo=True)
    into = imported(settings, file)
    record = settings.data_dir / "record.db"
    bare = rows / bare_import(record, directory / "bare.db", -(-rows // AT_ONCE))
    sealed, indexed = asyncio.run(_indexed(settings))
    again = rows / bare_export(record)
    figures = [
        Figure(PART, f"{rows:,} {what} rows, bare insert", bare, "rows/s"),
        _rate(f"{rows:,} {what} rows, import", rows, into, bare),
        *_memory(f"{rows:,} {what} rows, import", into),
        Figure(
            PART, f"{rows:,} {what} rows, bytes a row in the record", record.stat().st_size / rows, "bytes"
        ),
        Figure(PART, f"{rows:,} {what} rows, then sealed", rows / sealed, "rows/s"),
        Figure(PART, f"{rows:,} {what} rows, then indexed", rows / indexed, "rows/s"),
        Figure(PART, f"{rows:,} {what} rows, bare select", again, "rows/s"),
    ]
    for form in ("ndjson", "csv"):
        out = exported(settings, form)
        figures += [
            _rate(f"{rows:,} {what} rows, export {form}", rows, out, again),
            *_memory(f"{rows:,} {what} rows, export {form}", out),
        ]
    return figures


def _rate(what: str, rows: int, ended: Ended, bare: float) -> Figure:
    rate = rows / ended.seconds
    return Figure(PART, what, rate, "rows/s", rate / bare)


def _memory(what: str, ended: Ended) -> list[Figure]:
    """The ratio is that to the first tenth: near 1 where memory does not grow with the rows."""
    return [
        Figure(PART, f"{what}, in the first tenth of the time", ended.early, "MB at most"),
        Figure(PART, what, ended.at_most, "MB at most", ended.at_most / ended.early if ended.early else None),
    ]


def _uscc(number: int) -> str:
    """A valid code, for each number another one."""
    left, tail = number * 1_000_003 % len(USCC_ALPHABET) ** 8, ""
    for _ in range(8):
        left, digit = divmod(left, len(USCC_ALPHABET))
        tail += USCC_ALPHABET[digit]
    first16 = f"91330100{tail}"
    check = next(each for each in "0123456789X" if organisation_code_ok(first16 + each))
    first17 = first16 + check
    return first17 + uscc_check_character(first17)
