"""Settings that cannot work are told at the start, all of them, by the names of their variables."""

from __future__ import annotations

from pathlib import Path

import pytest

from newgrowth.settings import Engine, SettingsInvalid, read_settings
from tests.newgrowth.terminal import newgrowth


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `.env` of this machine, and no settings of this shell."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ELASTICSEARCH_URL", raising=False)


def problems(monkeypatch: pytest.MonkeyPatch, **variables: str) -> list[str]:
    """What is wrong with these settings, a line each."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsInvalid) as refused:
        read_settings()
    return refused.value.lines


def test_nothing_has_to_be_set() -> None:
    """A record in SQLite, the embedded engine, this machine only, no demo."""
    settings = read_settings()
    assert settings.record_location == "sqlite+aiosqlite:///.data/record.db"
    assert (settings.engine, settings.host, settings.demo) == (Engine.EMBEDDED, "127.0.0.1", False)


def test_every_problem_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of single settings, of settings together, and of names that are none."""
    lines = problems(
        monkeypatch,
        NEWGROWTH_PORT="eighty",
        NEWGROWTH_NOTICE_WORKING_DAYS="-1",
        NEWGROWTH_ENGINE="elasticsearch",
        NEWGROWTH_RECORD_URL="mysql://localhost/newgrowth",
        NEWGROWTH_JWKS="https://id.example.cn/jwks",
        NEWGROWTH_DATADIR="/var/lib/newgrowth",
    )
    told = "\n".join(lines)
    for name in ("PORT", "NOTICE_WORKING_DAYS", "ENGINE", "RECORD_URL", "JWKS", "DATADIR"):
        assert f"NEWGROWTH_{name}" in told
    assert len(lines) == 6


def test_a_misspelt_name_is_told_with_the_right_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Left unsaid, the default would be used and nobody would know."""
    assert problems(monkeypatch, NEWGROWTH_DATADIR="/data") == [
        "NEWGROWTH_DATADIR is not a setting; NEWGROWTH_DATA_DIR is."
    ]


@pytest.mark.parametrize("name", ["ELASTICSEARCH_URL", "NEWGROWTH_ELASTICSEARCH_URL"])
def test_elasticsearch_is_found_under_its_usual_name_too(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """As other programs call it."""
    monkeypatch.setenv(name, "http://127.0.0.1:9200")
    monkeypatch.setenv("NEWGROWTH_ENGINE", "elasticsearch")
    assert read_settings().elasticsearch_url == "http://127.0.0.1:9200"


def test_lists_are_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blanks around them do not matter."""
    monkeypatch.setenv("NEWGROWTH_ALLOWED_HOSTS", "api.example.cn, localhost")
    monkeypatch.setenv("NEWGROWTH_ALLOWED_ORIGINS", "https://www.example.cn")
    settings = read_settings()
    assert settings.allowed_hosts == ("api.example.cn", "localhost")
    assert settings.allowed_origins == ("https://www.example.cn",)


def test_what_a_command_is_given_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Over the environment, which wins over the file."""
    (tmp_path / ".env").write_text("NEWGROWTH_PORT=1\nNEWGROWTH_HOST=127.0.0.2\n")
    monkeypatch.setenv("NEWGROWTH_PORT", "2")
    settings = read_settings(port=3, host=None)
    assert (settings.port, settings.host) == (3, "127.0.0.2")


def test_a_command_ends_with_the_problems_and_no_stack() -> None:
    """Exit code 2, as for a wrong option."""
    result = newgrowth("index", "status", port="eighty", engine="elasticsearch")
    assert result.exit_code == 2
    assert "NEWGROWTH_PORT" in result.output
    assert "NEWGROWTH_ENGINE" in result.output
    assert "Traceback" not in result.output
