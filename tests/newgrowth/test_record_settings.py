"""How the record is reached: limits that an operator sets, secrets that come as files, and what is told at the start."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from newgrowth.settings import SettingsInvalid, read_settings
from newgrowth.wiring import cursor_secret, opened, pools


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `.env` of this machine."""
    monkeypatch.chdir(tmp_path)


LIMITS = {
    "NEWGROWTH_RECORD_CONNECTIONS": "4",
    "NEWGROWTH_RECORD_CONNECT_SECONDS": "1",
    "NEWGROWTH_RECORD_STATEMENT_SECONDS": "8",
    "NEWGROWTH_RECORD_LOCK_SECONDS": "2",
    "NEWGROWTH_RECORD_IDLE_SECONDS": "9",
    "NEWGROWTH_RECORD_RECYCLE_SECONDS": "600",
}


def problems(monkeypatch: pytest.MonkeyPatch, **variables: str) -> list[str]:
    """What is wrong with these settings, a line each."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsInvalid) as refused:
        read_settings()
    return refused.value.lines


@pytest.mark.postgresql
async def test_the_database_holds_to_the_limits_that_are_set(
    monkeypatch: pytest.MonkeyPatch, postgres_record_url: str
) -> None:
    """Each of them, as PostgreSQL tells; connections of both kinds are as many as were asked for."""
    for name, value in LIMITS.items():
        monkeypatch.setenv(name, value)
    settings = read_settings(record_url=postgres_record_url)
    async with opened(settings) as parts:
        assert parts.record.lent() == {"write": (0, 4), "read": (0, 4)}
        async with parts.record.unit_of_work() as uow:
            for name, value in {
                "statement_timeout": "8s",
                "lock_timeout": "2s",
                "idle_in_transaction_session_timeout": "9s",
            }.items():
                assert (await uow.session.execute(text(f"SHOW {name}"))).scalar() == value
    assert (pools(settings).queue_seconds, pools(settings).recycle_seconds) == (1, 600)


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("RECORD_CONNECTIONS", "1", "RECORD_CONNECTIONS"),
        ("RECORD_CONNECT_SECONDS", "0", "RECORD_CONNECT_SECONDS"),
        ("RECORD_STATEMENT_SECONDS", "-1", "RECORD_STATEMENT_SECONDS"),
        ("RECORD_LOCK_SECONDS", "16", "longer than NEWGROWTH_RECORD_STATEMENT_SECONDS"),
        ("RECORD_IDLE_SECONDS", "never", "RECORD_IDLE_SECONDS"),
        ("LAG_ALARM_SECONDS", "0", "LAG_ALARM_SECONDS"),
        ("SECRETS_DIR", "/nowhere/secrets", "there is no folder"),
        ("CURSOR_SECRET_FILE", "/nowhere/secret", "there is no file"),
    ],
)
def test_limits_that_cannot_work_are_told(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, told: str
) -> None:
    """Before anything is opened."""
    (line,) = problems(monkeypatch, **{f"NEWGROWTH_{variable}": value})
    assert told in line


@pytest.mark.postgresql
async def test_a_server_that_takes_too_few_connections_is_told_of(
    monkeypatch: pytest.MonkeyPatch, postgres_record_url: str
) -> None:
    """A warning: one process alone could ask for more than there are."""
    monkeypatch.setenv("NEWGROWTH_RECORD_CONNECTIONS", "1000")
    with capture_logs() as logged:
        async with opened(read_settings(record_url=postgres_record_url)):
            pass
    (line,) = [line for line in logged if line["event"] == "record_connections_scarce"]
    assert line["wanted"] == 2000 > line["offered"]


def test_secrets_come_as_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each named like its variable, as containers are given them; what the environment says wins."""
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / "..data").mkdir()
    (folder / "NEWGROWTH_METRICS_TOKEN").write_text("sixteen-letters-or-more\n")
    (folder / "ELASTICSEARCH_SEARCH_KEY").write_text("c2VhcmNo")
    (folder / "ELASTICSEARCH_INDEX_KEY").write_text("aW5kZXg=")
    (folder / "NEWGROWTH_RECORD_URL").write_text("postgresql+asyncpg://newgrowth:secret@postgresql/newgrowth")
    monkeypatch.setenv("NEWGROWTH_SECRETS_DIR", str(folder))
    monkeypatch.setenv("ELASTICSEARCH_INDEX_KEY", "b3RoZXI=")
    settings = read_settings()

    keys = (settings.metrics_token, settings.elasticsearch_search_key, settings.elasticsearch_index_key)
    assert [key.get_secret_value() for key in keys if key] == [
        "sixteen-letters-or-more",
        "c2VhcmNo",
        "b3RoZXI=",
    ]
    assert settings.record_location.startswith("postgresql+asyncpg://")


def test_a_misspelt_file_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As a misspelt variable is."""
    (tmp_path / "NEWGROWTH_METRIC_TOKEN").write_text("sixteen-letters-or-more")
    assert problems(monkeypatch, NEWGROWTH_SECRETS_DIR=str(tmp_path)) == [
        "NEWGROWTH_METRIC_TOKEN is not a setting; NEWGROWTH_METRICS_TOKEN is."
    ]


def test_servers_share_the_secret_of_their_cursors(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """So that a page begun at one goes on at another; alone, a server makes its own and keeps it."""
    own = cursor_secret(read_settings(data_dir=tmp_path / "data"))
    assert cursor_secret(read_settings(data_dir=tmp_path / "data")) == own

    shared = tmp_path / "shared"
    shared.write_bytes(b"s" * 32)
    monkeypatch.setenv("NEWGROWTH_CURSOR_SECRET_FILE", str(shared))
    assert cursor_secret(read_settings(data_dir=tmp_path / "data")) == b"s" * 32
