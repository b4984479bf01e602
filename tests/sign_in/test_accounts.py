"""`newgrowth account`: what is granted and who is shut out, beside a record that a server holds open; and on the log."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from directory.access import Caller, Role
from directory.record.account_store import DISABLED, ENABLED, GRANTED
from directory.record.open import SqlRecord, open_record
from directory.record.verify import verify_log
from tests.factories import NOW
from tests.newgrowth.terminal import done, newgrowth
from tests.record.fixtures import migrated
from tests.record.steps import seal, whole_log

ISSUER = "https://id.example.gov.cn"
OFFICER = Caller("officer-li", frozenset({Role.AGENCY}), "samr", "330100")


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    """A data directory whose record is open for writing elsewhere."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'record.db'}"
    migrated(url)
    with asyncio.Runner() as runner:
        record = runner.run(open_record(url))
        yield tmp_path
        runner.run(record.close())


async def test_an_account_is_what_was_said_last(record: SqlRecord) -> None:
    """Granted, shut out with what was granted, let in again: each once, and each is another version."""
    accounts = record.accounts
    await accounts.grant("a" * 32, ISSUER, OFFICER, actor="operator", at=NOW)
    shut_out = [await accounts.disable("b" * 32, ISSUER, "officer-li", actor="op", at=NOW) for _ in range(2)]
    refused = await accounts.find(ISSUER, "officer-li")
    let_in = [await accounts.enable(ISSUER, "officer-li", actor="op", at=NOW) for _ in range(2)]
    found = await accounts.find(ISSUER, "officer-li")

    assert (shut_out, let_in) == ([True, False], [True, False])
    assert refused is not None
    assert found is not None
    assert (refused.disabled, refused.roles, refused.agency) == (True, OFFICER.roles, "samr")
    assert (found.disabled, found.region, found.version, found.id) == (False, "330100", 3, "a" * 32)
    assert await accounts.every() == [found]


async def test_a_grant_lets_nobody_in_who_is_shut_out(record: SqlRecord) -> None:
    """Other roles are no pardon."""
    await record.accounts.disable("a" * 32, ISSUER, "officer-li", actor="op", at=NOW)
    await record.accounts.grant("b" * 32, ISSUER, OFFICER, actor="op", at=NOW)
    found = await record.accounts.find(ISSUER, "officer-li")

    assert found is not None
    assert found.disabled


async def test_accounts_are_on_the_log_without_their_subjects(record: SqlRecord) -> None:
    """What was granted and by whom; of the person only an id."""
    await record.accounts.grant("a" * 32, ISSUER, OFFICER, actor="operator", at=NOW)
    await record.accounts.disable("b" * 32, ISSUER, "officer-li", actor="operator", at=NOW)
    await record.accounts.enable(ISSUER, "officer-li", actor="operator", at=NOW)
    await seal(record)
    async with record.reader() as reader:
        assert await verify_log(reader) is None
    facts = [entry.fact for entry in await whole_log(record)]

    assert [(fact.kind, fact.entity_id, fact.entity_version) for fact in facts] == [
        (GRANTED, "a" * 32, 1),
        (DISABLED, "a" * 32, 2),
        (ENABLED, "a" * 32, 3),
    ]
    assert facts[0].data == {"roles": "AGENCY", "agency": "samr", "region": "330100"}
    assert "officer-li" not in repr(facts)


def test_an_operator_grants_shuts_out_and_lets_in(data_dir: Path) -> None:
    """By the issuer of the settings, or another that is named."""
    at = ("--data-dir", data_dir)
    done("account", "grant", "officer-li", "--role", "AGENCY", "--agency", "samr", *at, issuer=ISSUER)
    done("account", "disable", "zhao", "--issuer", "https://elsewhere.example", *at)
    again = newgrowth("account", "disable", "zhao", "--issuer", "https://elsewhere.example", *at)
    listed = done("account", "list", *at).splitlines()

    assert again.exit_code == 1
    assert [line.split("  changed ")[0] for line in listed] == [
        "https://elsewhere.example  zhao  nothing granted  disabled",
        f"{ISSUER}  officer-li  AGENCY  samr",
    ]
    done("account", "enable", "zhao", "--issuer", "https://elsewhere.example", *at)
    assert newgrowth("account", "enable", "zhao", *at, issuer=ISSUER).exit_code == 1


@pytest.mark.parametrize(
    "wrong",
    [
        ("--role", "CLOCK"),
        ("--role", "PUBLIC"),
        ("--role", "AGENCY"),
        ("--role", "ANALYST", "--region", "33"),
    ],
    ids=" ".join,
)
def test_what_no_caller_has_is_not_granted(data_dir: Path, wrong: tuple[str, ...]) -> None:
    """As with tokens."""
    refused = newgrowth("account", "grant", "li", *wrong, "--data-dir", data_dir, issuer=ISSUER)

    assert refused.exit_code == 2
    assert done("account", "list", "--data-dir", data_dir) == ""


def test_a_subject_without_an_issuer_is_nobody(data_dir: Path) -> None:
    """What to give is said."""
    refused = newgrowth("account", "disable", "li", "--data-dir", data_dir)

    assert refused.exit_code == 2
    assert "--issuer" in refused.output
