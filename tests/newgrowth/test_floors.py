"""No store with known weaknesses serves anyone, unless somebody said that it is no matter."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import structlog
from structlog.testing import LogCapture

from directory.record.migrate import migrate
from directory.record.open import open_record
from directory.record.standing import database_version, has_own_tables
from newgrowth import floors
from newgrowth.floors import FLOORS, Store, UnsafeVersion, is_safe, parsed, wanted
from newgrowth.settings import Settings, read_settings
from newgrowth.wiring import opened, prepare_record
from tests.newgrowth.terminal import newgrowth


@pytest.mark.parametrize(
    ("store", "version", "safe"),
    [
        (Store.ELASTICSEARCH, "8.19.9", False),
        (Store.ELASTICSEARCH, "9.3.12", False),
        (Store.ELASTICSEARCH, "9.4.7", False),
        (Store.ELASTICSEARCH, "9.4.8", True),
        (Store.ELASTICSEARCH, "9.4.10", True),
        (Store.ELASTICSEARCH, "9.5.4", False),
        (Store.ELASTICSEARCH, "9.5.5-SNAPSHOT", True),
        (Store.ELASTICSEARCH, "9.6.0", True),
        (Store.ELASTICSEARCH, "10.0.0", True),
        (Store.ELASTICSEARCH, "unknown", False),
        (Store.POSTGRESQL, "13.22", False),
        (Store.POSTGRESQL, "14.0", True),
        (Store.POSTGRESQL, "17.2 (Debian 17.2-1.pgdg12+1)", True),
        (Store.POSTGRESQL, "18beta1", True),
        (Store.SQLITE, "3.40.1", False),
        (Store.SQLITE, "3.44.6", True),
        (Store.SQLITE, "3.45.0", False),
        (Store.SQLITE, "3.50.7", True),
        (Store.SQLITE, "3.51.2", False),
        (Store.SQLITE, "3.51.3", True),
    ],
)
def test_a_version_is_held_to_the_floor_of_its_line(store: Store, version: str, safe: bool) -> None:
    """A fix that went into an older line makes that line good from there on, and no line between."""
    assert is_safe(store, parsed(version)) is safe


def test_every_store_has_a_floor_that_can_be_told() -> None:
    """In words for who has to update."""
    assert set(FLOORS) == set(Store)
    assert wanted(Store.ELASTICSEARCH) == "9.4.8, 9.5.5 or newer"


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> LogCapture:
    """What is logged of versions."""
    captured = LogCapture()
    processors: list[Any] = [structlog.processors.add_log_level, captured]
    monkeypatch.setattr(floors, "log", structlog.wrap_logger(None, processors=processors))
    return captured


@pytest.fixture
def unsafe(tmp_path: Path, elasticsearch_url: str, index_prefix: str) -> dict[str, str]:
    """Settings of a server on an Elasticsearch below its floor, as the one for tests is."""
    return {
        "data_dir": str(tmp_path),
        "engine": "elasticsearch",
        "elasticsearch_url": elasticsearch_url,
        "index_prefix": index_prefix,
        "allow_unsafe_versions": "false",
        "port": "0",
    }


@pytest.mark.elasticsearch
async def test_serving_is_refused_on_an_unsafe_engine(unsafe: dict[str, str]) -> None:
    """With a line that names version, floor and the setting; nothing is served and no stack is shown."""
    await prepare_record(Settings(**unsafe))  # type: ignore[arg-type]
    result = newgrowth("serve", **unsafe)
    assert result.exit_code == 2
    said = " ".join(result.output.split())
    for word in ("elasticsearch 9.4", "9.4.8, 9.5.5 or newer", "UNSAFE", "NEWGROWTH_ALLOW_UNSAFE_VERSIONS"):
        assert word in said
    assert "Serving at" not in said
    assert "Traceback" not in said


@pytest.mark.elasticsearch
@pytest.mark.parametrize("said", [{"demo": True}, {"allow_unsafe_versions": True}])
async def test_the_demo_and_who_says_so_are_warned(
    unsafe: dict[str, str], said: dict[str, bool], monkeypatch: pytest.MonkeyPatch, log: LogCapture
) -> None:
    """One line of the log, and everything works."""
    for name, value in unsafe.items():
        monkeypatch.setenv(f"NEWGROWTH_{name.upper()}", value)
    settings = read_settings(**said)
    await prepare_record(settings)
    async with opened(settings) as parts:
        assert await parts.floors.hold()
    warned = [line for line in log.entries if line["event"] == "unsafe_version"]
    assert [(line["log_level"], line["store"]) for line in warned] == [("warning", "elasticsearch")]


@pytest.mark.elasticsearch
async def test_an_engine_that_answers_later_is_held_to_its_floor_then(unsafe: dict[str, str]) -> None:
    """Down at the start, it costs searches only; once it is there it is found out."""
    settings = Settings(**{**unsafe, "allow_unsafe_versions": "true"})  # type: ignore[arg-type]
    await prepare_record(settings)
    async with opened(settings) as parts:
        down = type(parts.floors)(Settings(**unsafe), parts.record, parts.engine)  # type: ignore[arg-type]
        assert not await down.hold()
        with pytest.raises(UnsafeVersion, match="known weaknesses"):
            await down.check()


async def test_what_forbids_serving_is_told_while_running(tmp_path: Path) -> None:
    """Tables that another version of the program changed under a running server."""
    settings = Settings(data_dir=tmp_path)
    await prepare_record(settings)
    async with opened(settings) as parts:
        assert await parts.unfit() == []
        with closing(sqlite3.connect(tmp_path / "record.db")) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
            connection.commit()
        assert await parts.unfit() == ["SCHEMA_OUTDATED"]


async def test_a_record_tells_what_it_runs_on(empty_record_url: str) -> None:
    """Its database's kind and version, which the floor knows how to read, and that its tables are ours."""
    await migrate(empty_record_url)
    async with await open_record(empty_record_url) as record, record.reader() as reader:
        kind, version = await database_version(reader)
        assert kind == empty_record_url.partition("+")[0]
        assert parsed(version) > (3,)
        assert await has_own_tables(reader)


async def test_an_older_sqlite_is_borne(tmp_path: Path, log: LogCapture) -> None:
    """The weakness needs two connections that write, and the record has one: nobody is warned or refused."""
    settings = Settings(data_dir=tmp_path, allow_unsafe_versions=False)
    await prepare_record(settings)
    async with opened(settings) as parts:
        assert await parts.floors.hold()
    assert [line for line in log.entries if line["event"] == "unsafe_version"] == []
