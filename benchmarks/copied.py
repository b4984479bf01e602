"""
A record as large as one likes: a small one's entries and reports over and over, by SQL alone, without their history.

Nobody could follow its log; but searches, exports and servers find in it what `scale` puts into an index.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from directory.record.tables import blockages, firms
from indexer.query.search import Document
from newgrowth.settings import Settings

RECORD = "record.db"
# What no two rows may share, as a copy has it: `{round}` is how often the base was copied before.
OWN = {
    firms.name: {"entry_number": "entry_number || '-' || :round", "uscc": "NULL"},
    blockages.name: {"reference": "reference || '-' || :round"},
}
COLUMNS = {table.name: [column.name for column in table.columns] for table in (firms, blockages)}
# Nothing has to outlive the machine here.
FAST = ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-200000")


def copy_id(number: int) -> str:
    """The id of a copy: the base's first document is copied under 0, and again under the number of documents in it.

    As ids of ours it is of letters and digits alone: others are not asked for.
    """
    return f"copy{number}"


def copied(settings: Settings, directory: Path, base: Sequence[Document], count: int) -> Settings:
    """Settings of a record in `directory` that holds what the base's record does, and `count` copies of its documents."""
    directory.mkdir()
    before = settings.data_dir / RECORD
    with closing(sqlite3.connect(directory / RECORD, isolation_level=None)) as record:
        with closing(sqlite3.connect(before)) as old:
            old.backup(record)
        for pragma in FAST:
            record.execute(f"PRAGMA {pragma}")
        record.execute("ATTACH ? AS base", (str(before),))
        record.execute("CREATE TEMP TABLE places (id TEXT PRIMARY KEY, place INTEGER)")
        record.executemany("INSERT INTO places VALUES (?, ?)", _places(base))
        with _without_indexes(record):
            for turn in range(-(-count // len(base))):
                for table in OWN:
                    given = {"round": turn, "first": turn * len(base), "count": count}
                    record.execute(_copying(table), given)
        record.execute("PRAGMA journal_mode=WAL")
    return settings.model_copy(update={"data_dir": directory})


def _places(base: Sequence[Document]) -> Iterator[tuple[str, int]]:
    return ((document.id, place) for place, document in enumerate(base))


def _copying(table: str) -> str:
    """The statement that copies one round's rows of a table."""
    own = {"id": f"'{copy_id(0)[:-1]}' || (:first + place)", **OWN[table]}
    values = ", ".join(own.get(name, f"base.{table}.{name}") for name in COLUMNS[table])
    # ruff: noqa: S608 - our own names
    return (
        f"INSERT INTO main.{table} ({', '.join(COLUMNS[table])}) SELECT {values} "
        f"FROM places JOIN base.{table} ON base.{table}.id = places.id "
        "WHERE :first + place < :count ORDER BY place"
    )


@contextmanager
def _without_indexes(record: sqlite3.Connection) -> Iterator[None]:
    """The tables' indexes are made again in the end, at a fraction of what keeping them would cost."""
    named = ", ".join(f"'{table}'" for table in OWN)
    found = record.execute(
        f"SELECT name, sql FROM main.sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({named})"
    ).fetchall()
    for name, _ in found:
        record.execute(f"DROP INDEX main.{name}")
    yield
    for _, statement in found:
        record.execute(statement)
