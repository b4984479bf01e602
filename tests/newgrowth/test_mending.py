"""The commands that mend an index, on a real data directory with the embedded engine."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from directory.dead_letter_ports import DeadLetter
from directory.record.open import open_record
from directory.states import EntityType
from indexer.engines.embedded import EmbeddedEngine
from tests.contracts.engines.corpus import firm as firm_document
from tests.factories import make_firm
from tests.newgrowth.terminal import done, newgrowth
from tests.record.fixtures import migrated
from tests.record.steps import keep


def url_of(data_dir: Path) -> str:
    """The record's URL."""
    return f"sqlite+aiosqlite:///{data_dir / 'record.db'}"


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data directory with three entries and a whole index, rebuilt once."""
    migrated(url_of(tmp_path))

    async def fill() -> None:
        async with await open_record(url_of(tmp_path)) as record:
            await keep(record, make_firm(), make_firm(), make_firm())

    asyncio.run(fill())
    done("index", "rebuild", "--data-dir", tmp_path)
    return tmp_path


def plant(data_dir: Path) -> None:
    """Puts a document into the index that nobody has."""

    async def planted() -> None:
        engine = EmbeddedEngine(data_dir / "index.db")
        await engine.open()
        assert await engine.put([firm_document("nobody's")]) == []
        await engine.close()

    asyncio.run(planted())


def test_repair_mends_what_verify_finds(data_dir: Path) -> None:
    """One run, and the next finds nothing; the status tells what the last comparison found, and of a rebuild nothing."""
    assert "never" in done("index", "status", "--data-dir", data_dir)
    plant(data_dir)
    assert newgrowth("index", "verify", "--data-dir", data_dir).exit_code == 1
    assert "3 documents, 1 differed" in done("index", "status", "--data-dir", data_dir)
    said = done("index", "repair", "--data-dir", data_dir)
    assert "extra: firm nobody's" in said
    assert "3 documents compared, 1 differed, 0 differ still" in said
    assert "0 differ" in done("index", "verify", "--data-dir", data_dir)
    assert "3 documents, 0 differed" in done("index", "status", "--data-dir", data_dir)
    assert "0 differed" in done("index", "repair", "--data-dir", data_dir)


def test_rollback_goes_back_and_forth(data_dir: Path) -> None:
    """Until what is kept is dropped; then there is no way back, and that is said."""
    assert "documents in g3" in done("index", "rebuild", "--data-dir", data_dir)
    assert "g2 is live again" in done("index", "rollback", "--data-dir", data_dir)
    assert "g3 is live again" in done("index", "rollback", "--data-dir", data_dir)
    assert "g2 is dropped" in done("index", "drop-previous", "--data-dir", data_dir)
    assert "No previous" in done("index", "drop-previous", "--data-dir", data_dir)
    refused = newgrowth("index", "rollback", "--data-dir", data_dir)
    assert refused.exit_code == 2
    assert "no previous generation" in refused.output
    assert "0 differ" in done("index", "verify", "--data-dir", data_dir)


def test_dead_letters_are_listed_and_replayed(data_dir: Path) -> None:
    """What is taken is no longer listed."""
    assert "No document is refused" in done("index", "dead-letters", "list", "--data-dir", data_dir)

    async def refuse() -> str:
        async with await open_record(url_of(data_dir)) as record:
            async with record.reader() as reader:
                firm_id = (await reader.entity_ids(EntityType.FIRM))[0]
            at = datetime(2026, 3, 2, tzinfo=UTC)
            await record.dead_letters.keep([DeadLetter("firm", firm_id, 1, "not built: KeyError", at)])
            return firm_id

    firm_id = asyncio.run(refuse())
    listed = done("index", "dead-letters", "list", "--data-dir", data_dir)
    assert all(word in listed for word in (firm_id, "not built: KeyError", "2026-03-02"))
    said = done("index", "dead-letters", "replay", "--data-dir", data_dir)
    assert "1 documents built anew, 0 refused still" in said
    assert "No document is refused" in done("index", "dead-letters", "list", "--data-dir", data_dir)
