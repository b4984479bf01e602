"""`newgrowth key`: machines' keys made, listed and revoked, beside a record that a server holds open."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from directory.machine_keys import digest_of
from directory.record.open import open_record
from tests.newgrowth.terminal import done, newgrowth
from tests.record.fixtures import migrated

MACHINE = ("--subject", "sync", "--role", "ANALYST", "--scope", "export", "--days", "30")


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    """A data directory whose record is open for writing elsewhere."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'record.db'}"
    migrated(url)
    with asyncio.Runner() as runner:
        record = runner.run(open_record(url))
        yield tmp_path
        runner.run(record.close())


def created(data_dir: Path) -> str:
    """A new key's secret."""
    return done("key", "create", *MACHINE, "--data-dir", data_dir).strip()


def test_a_key_is_printed_once_and_listed_by_its_beginning(data_dir: Path) -> None:
    """With what it is bound to; the secret is on no list."""
    secret = created(data_dir)

    listed = done("key", "list", "--data-dir", data_dir)

    assert listed.startswith(f"{secret[:12]}  sync  ANALYST  export+read  expires ")
    assert listed.rstrip().endswith("never used")
    assert secret not in listed
    assert digest_of(secret) not in listed


def test_a_key_is_revoked_by_its_beginning(data_dir: Path) -> None:
    """Once; then there is nothing left to revoke."""
    secret = created(data_dir)

    first = newgrowth("key", "revoke", secret[:12], "--data-dir", data_dir)
    second = newgrowth("key", "revoke", secret[:12], "--data-dir", data_dir)

    assert (first.exit_code, second.exit_code) == (0, 1)
    assert "  revoked " in done("key", "list", "--data-dir", data_dir)


@pytest.mark.parametrize(
    "wrong",
    [
        ("--role", "CLOCK"),
        ("--role", "PUBLIC"),
        ("--role", "AGENCY"),
        ("--role", "ANALYST", "--region", "33"),
        ("--role", "ANALYST", "--days", "367"),
        ("--role", "ANALYST", "--scope", "everything"),
    ],
    ids=" ".join,
)
def test_a_key_for_nobody_is_not_made(data_dir: Path, wrong: tuple[str, ...]) -> None:
    """As with tokens: no role of the server's own, no agency's role without an agency; and no key for ever."""
    refused = newgrowth("key", "create", "--subject", "sync", *wrong, "--data-dir", data_dir)

    assert refused.exit_code == 2
    assert done("key", "list", "--data-dir", data_dir) == ""


def test_without_a_record_there_are_no_keys(tmp_path: Path) -> None:
    """What to do is said, and no file is made."""
    refused = newgrowth("key", "list", "--data-dir", tmp_path)

    assert refused.exit_code == 2
    assert "newgrowth migrate" in refused.output
    assert not (tmp_path / "record.db").exists()
