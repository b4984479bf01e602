"""The log's head kept outside the record: whatever was done to the record meanwhile, nothing is written to it."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from directory.record.backup_note import note_beside
from directory.record.kept_head import LogDiffers, first_break, present_head
from directory.record.log import Head
from directory.record.open import SqlRecord, open_record
from directory.record.verify import Break, Damage
from newgrowth.head_keeping import HeadKeeper
from newgrowth.serving import application
from newgrowth.settings import Settings, read_settings
from tests.factories import make_firm
from tests.newgrowth.terminal import done, newgrowth
from tests.record.fixtures import migrated
from tests.record.steps import keep, seal

ENTRIES = 20


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A server's settings: its anchor lies outside its data directory."""
    settings = read_settings(data_dir=tmp_path / "data", anchor=tmp_path / "elsewhere" / "head.json")
    settings.data_dir.mkdir()
    migrated(settings.record_location)
    return settings


def where(settings: Settings) -> dict[str, str]:
    """The same settings for the command line."""
    return {"data_dir": str(settings.data_dir), "anchor": str(settings.anchor_file)}


def grow(settings: Settings, count: int) -> None:
    """Entries are kept and sealed."""

    async def kept() -> None:
        async with await open_record(settings.record_location) as record:
            await keep(record, *(make_firm() for _ in range(count)))
            await seal(record)

    asyncio.run(kept())


def served(settings: Settings) -> Head:
    """A server starts and stops in order; the head that it kept."""

    async def once() -> None:
        async with application(settings):
            pass

    asyncio.run(once())
    kept = json.loads(settings.anchor_file.read_text())
    return Head(kept["position"], kept["digest"])


def behind_its_back(settings: Settings, *statements: str) -> None:
    """Changes the record with full rights, its triggers put out of force."""
    with closing(sqlite3.connect(settings.data_dir / "record.db")) as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (trigger,) in triggers:
            connection.execute(f'DROP TRIGGER "{trigger}"')
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def cut(settings: Settings) -> None:
    """The last ten entries are gone, with their seals."""
    behind_its_back(
        settings,
        f"DELETE FROM log_seals WHERE position > {ENTRIES - 10}",
        f"DELETE FROM log_entries WHERE id > {ENTRIES - 10}",
    )


def change(settings: Settings) -> None:
    """One letter of one entry is another."""
    behind_its_back(settings, "UPDATE log_entries SET payload = replace(payload, 'a', 'b') WHERE id = 7")


def replace_by_another(settings: Settings) -> None:
    """A record that is as long, and was never this one."""
    for file in settings.data_dir.glob("record.db*"):
        file.unlink()
    migrated(settings.record_location)
    grow(settings, ENTRIES)


@pytest.mark.parametrize(
    ("harm", "told"),
    [(cut, "11 (tail_cut)"), (change, "7 (digest_differs)"), (replace_by_another, "20 (head_differs)")],
)
def test_a_record_that_was_tampered_with_is_not_served(
    settings: Settings, harm: Callable[[Settings], None], told: str
) -> None:
    """The start names the position and what to do; no command writes, and what only reads may still look."""
    grow(settings, ENTRIES)
    served(settings)
    harm(settings)

    with pytest.raises(LogDiffers, match="newgrowth restore") as refused:
        served(settings)

    assert f"position {told}" in str(refused.value)
    assert newgrowth("clock", **where(settings)).exit_code == 2
    assert json.loads(done("log", "head", **where(settings)))["position"] in (ENTRIES, ENTRIES - 10)


def test_an_older_backup_put_back_by_hand_is_not_served(settings: Settings, tmp_path: Path) -> None:
    """`newgrowth restore` is the way that asks for nothing more."""
    copy = tmp_path / "copy.db"
    grow(settings, 2)
    done("backup", copy, **where(settings))
    grow(settings, 3)
    assert served(settings).position == 5
    for file in settings.data_dir.glob("record.db*"):
        file.unlink()
    shutil.copy(copy, settings.data_dir / "record.db")

    with pytest.raises(LogDiffers, match="tail_cut"):
        served(settings)
    done("restore", copy, "--replace", **where(settings))
    assert served(settings).position == 2


def test_who_means_it_says_so(settings: Settings) -> None:
    """After which the log is what it is now."""
    grow(settings, ENTRIES)
    served(settings)
    cut(settings)

    told = json.loads(done("log", "head", "--keep", **where(settings)))

    assert served(settings) == Head(told["position"], told["digest"])
    assert told["position"] == ENTRIES - 10


def test_a_log_that_has_grown_is_the_same_log(settings: Settings, tmp_path: Path) -> None:
    """Also seen from the note beside an older backup, which is an anchor too."""
    grow(settings, 2)
    done("backup", tmp_path / "copy.db", **where(settings))
    grow(settings, 3)
    shutil.copy(note_beside(tmp_path / "copy.db"), tmp_path / "anchor.json")

    noted = settings.model_copy(update={"anchor": tmp_path / "anchor.json"})
    assert served(noted).position == 5


def test_an_anchor_that_cannot_be_read_is_no_anchor(settings: Settings) -> None:
    """Somebody who empties the file is not to get in by that."""
    grow(settings, 1)
    settings.anchor_file.parent.mkdir()
    settings.anchor_file.write_text("")

    with pytest.raises(LogDiffers, match="cannot be read"):
        served(settings)


async def test_a_head_that_cannot_be_kept_stops_nobody(sqlite_record: SqlRecord, tmp_path: Path) -> None:
    """The record is what counts; that its head was not kept is told, without what is in the way."""
    (tmp_path / "elsewhere").write_text("a file where a folder should be")
    keeper = HeadKeeper(read_settings(anchor=tmp_path / "elsewhere" / "head.json"), sqlite_record)

    with capture_logs() as logged:
        await keeper.keep()

    assert [(line["event"], line["log_level"]) for line in logged] == [("head_not_kept", "warning")]


async def test_each_database_is_looked_at_alike(record: SqlRecord) -> None:
    """An empty one, one that holds the kept head, and one that does not."""
    async with record.reader() as reader:
        assert await first_break(reader, None) is None
        assert await first_break(reader, await present_head(reader)) is None
    await keep(record, *(make_firm() for _ in range(5)))
    await seal(record)
    async with record.reader() as reader:
        head = await present_head(reader)
        assert [await first_break(reader, head, last=last) for last in (1, 2, 5, 100)] == [None] * 4
        assert await first_break(reader, Head(3, "0" * 64)) == Break(3, Damage.HEAD_DIFFERS)
        assert await first_break(reader, Head(9, head.digest)) == Break(6, Damage.TAIL_CUT)
