"""Every command does what it says, on a real data directory, and fails with what to do."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from typer import Typer

from directory.access import Role
from directory.record.open import open_record
from directory.states import EntityType
from newgrowth.cli import app
from schema.export import sdl
from tests.contracts.engines.test_checks import Cluster, alias_on_two
from tests.factories import make_firm
from tests.newgrowth.terminal import done, newgrowth
from tests.record.fixtures import migrated
from tests.record.steps import change, keep


def commands(group: Typer = app, before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every command, by the words that call it."""
    own: list[tuple[str, ...]] = [
        (*before, str(each.name or getattr(each.callback, "__name__", "")))
        for each in group.registered_commands
    ]
    for each in group.registered_groups:
        assert each.typer_instance is not None
        # A group without a name adds its commands to those above it.
        named = (each.name,) if isinstance(each.name, str) else ()
        own += commands(each.typer_instance, (*before, *named))
    return own


def url_of(data_dir: Path) -> str:
    """The record's URL."""
    return f"sqlite+aiosqlite:///{data_dir / 'record.db'}"


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data directory with three entries, sealed by nobody yet."""
    migrated(url_of(tmp_path))

    async def fill() -> None:
        async with await open_record(url_of(tmp_path)) as record:
            await keep(record, make_firm(), make_firm(), make_firm())

    asyncio.run(fill())
    return tmp_path


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_help_shows_an_example(words: tuple[str, ...]) -> None:
    """One that begins with the program's name, settings before it or not."""
    text = done(*words, "--help")
    assert "Example:" in text
    assert f"newgrowth {' '.join(words)}" in text


def test_no_command_shows_all_of_them() -> None:
    """A newcomer sees what there is."""
    text = newgrowth().output
    assert all(words[0] in text for words in commands())


def test_migrate_makes_the_record_and_keeps_it(tmp_path: Path) -> None:
    """Twice does nothing twice."""
    done("migrate", "--data-dir", tmp_path / "new")
    done("migrate", "--data-dir", tmp_path / "new")
    assert (tmp_path / "new" / "record.db").exists()


def test_a_missing_record_is_told_with_what_to_do(tmp_path: Path) -> None:
    """No stack of calls."""
    result = newgrowth("index", "status", "--data-dir", tmp_path)
    assert result.exit_code == 2
    assert "newgrowth migrate" in result.output
    assert "Traceback" not in result.output


def test_rebuild_then_status_then_verify(data_dir: Path) -> None:
    """The index is made, complete, and found to be what the record says."""
    assert "3 documents" in done("index", "rebuild", "--data-dir", data_dir)
    status = done("index", "status", "--data-dir", data_dir)
    rows = (line.strip("│ ").split("│") for line in status.splitlines() if line.startswith("│"))
    assert {name.strip(): figure.strip() for name, figure in rows} == {
        "engine": "embedded",
        "record at": "3",
        "index at": "3",
        "lag, s": "0.0",
        "unsealed, s": "0.0",
        "documents": "3",
        "refused": "0",
        "generation": "g2",
        "kept": "g1",
        "at work": "nobody",
        "verified": "never",
    }
    assert "3 documents compared, 0 differ" in done("index", "verify", "--data-dir", data_dir)


def test_verify_ends_with_one_when_documents_differ(data_dir: Path) -> None:
    """And names them, so that a script can go on with a rebuild."""
    result = newgrowth("index", "verify", "--data-dir", data_dir)
    assert result.exit_code == 1
    assert "missing: firm" in result.output
    done("index", "rebuild", "--data-dir", data_dir)
    assert "0 differ" in done("index", "verify", "--data-dir", data_dir)


def test_the_log_is_verified(data_dir: Path) -> None:
    """A changed word of history is found and its position named."""
    done("index", "rebuild", "--data-dir", data_dir)
    assert "whole" in done("log", "verify", "--data-dir", data_dir)
    connection = sqlite3.connect(data_dir / "record.db")
    connection.execute("DROP TRIGGER log_entries_no_update")
    connection.execute("UPDATE log_entries SET actor = 'somebody else' WHERE id = 2")
    connection.commit()
    connection.close()
    result = newgrowth("log", "verify", "--data-dir", data_dir)
    assert result.exit_code == 1
    assert "broken at position 2" in result.output


def test_the_clock_says_what_it_did(data_dir: Path) -> None:
    """Nothing was due."""
    assert "0 public notices ended, 0 unanswered" in done("clock", "--data-dir", data_dir)


def test_deliveries_can_be_made_without_a_server(data_dir: Path) -> None:
    """Nobody has saved a search, and no address is known."""
    said = done("deliver", "--data-dir", data_dir)
    assert "0 matches of saved searches told, 0 deliveries tried" in said


def test_a_second_writer_is_told_who_writes(data_dir: Path) -> None:
    """Instead of waiting or spoiling anything."""

    async def meanwhile() -> str:
        async with await open_record(url_of(data_dir)):
            return (await asyncio.to_thread(newgrowth, "index", "rebuild", "--data-dir", data_dir)).output

    assert "is being written by process" in asyncio.run(meanwhile())


def test_the_schema_is_printed() -> None:
    """As the server publishes it."""
    assert done("schema").strip() == sdl().strip()


def test_a_token_carries_what_was_asked_for(tmp_path: Path) -> None:
    """Signed by the data directory's key, whose private half only its owner reads."""
    options = ("--role", "AGENCY", "--role", "ANALYST", "--agency", "samr", "--region", "330000")
    text = done("token", *options, "--subject", "officer-li", "--data-dir", tmp_path).strip()
    keys = KeySet.import_key_set(json.loads((tmp_path / "development-jwks.json").read_text()))
    claims = jwt.decode(text, keys).claims
    assert (claims["sub"], claims["agency"], claims["region"]) == ("officer-li", "samr", "330000")
    assert claims["roles"] == [Role.AGENCY.value, Role.ANALYST.value]
    assert claims["exp"] - claims["iat"] == 12 * 3600
    assert (tmp_path / "development-key.json").stat().st_mode & 0o077 == 0
    assert "d" not in json.loads((tmp_path / "development-jwks.json").read_text())["keys"][0]


def test_nobody_gets_a_token_of_the_clock(tmp_path: Path) -> None:
    """It is the running server itself."""
    result = newgrowth("token", "--role", "CLOCK", "--subject", "me", "--data-dir", tmp_path)
    assert result.exit_code == 2


def test_serve_refuses_the_development_issuer(data_dir: Path) -> None:
    """Outside demo mode its key would let in whoever can read the data directory."""
    result = newgrowth(
        "serve", "--data-dir", data_dir, issuer="urn:newgrowth:development", jwks="https://id.example.cn/jwks"
    )
    assert result.exit_code == 2
    assert "NEWGROWTH_ISSUER" in result.output


def test_serve_refuses_the_development_key(data_dir: Path) -> None:
    """Under whatever issuer."""
    done("token", "--role", "FIRM", "--subject", "me", "--data-dir", data_dir)
    keys = str(data_dir / "development-jwks.json")
    result = newgrowth("serve", "--data-dir", data_dir, jwks=keys, issuer="https://id.example.cn")
    assert result.exit_code == 2
    assert "NEWGROWTH_JWKS" in result.output


@pytest.mark.parametrize("text", [None, "{", "[]"])
def test_serve_tells_of_keys_that_cannot_be_read(data_dir: Path, text: str | None) -> None:
    """A missing file, or one that is no key set."""
    keys = data_dir / "keys.json"
    if text is not None:
        keys.write_text(text)
    result = newgrowth("serve", "--data-dir", data_dir, jwks=str(keys), issuer="https://id.example.cn")
    assert result.exit_code == 2
    assert "NEWGROWTH_JWKS" in result.output
    assert "Traceback" not in result.output


def test_a_rebuild_after_changes_has_them(data_dir: Path) -> None:
    """The record is the truth."""

    async def merge() -> None:
        async with await open_record(url_of(data_dir)) as record, record.reader() as reader:
            firms = await reader.firms(await reader.entity_ids(EntityType.FIRM))
            one, other, _ = firms.values()
            await change(record, one, merged_into=other.id)

    done("index", "rebuild", "--data-dir", data_dir)
    asyncio.run(merge())
    assert newgrowth("index", "verify", "--data-dir", data_dir).exit_code == 1
    done("index", "rebuild", "--data-dir", data_dir)
    assert "0 differ" in done("index", "verify", "--data-dir", data_dir)


@pytest.mark.elasticsearch
def test_aliases_that_are_wrong_are_told_with_what_to_do(
    data_dir: Path, elasticsearch_url: str, index_prefix: str
) -> None:
    """At the start of any program: the line names the alias and the command, and no index is made beside."""
    settings = {
        "engine": "elasticsearch",
        "elasticsearch_url": elasticsearch_url,
        "index_prefix": index_prefix,
        "allow_unsafe_versions": "true",
    }
    cluster = Cluster(elasticsearch_url, index_prefix)
    done("index", "rebuild", "--data-dir", data_dir, **settings)
    alias_on_two(cluster)
    before = cluster.indices()

    result = newgrowth("index", "status", "--data-dir", data_dir, **settings)

    assert "search_engine_not_ready" in result.output
    assert "are on several indices" in result.output
    assert "newgrowth index rebuild" in result.output
    assert cluster.indices() == before
