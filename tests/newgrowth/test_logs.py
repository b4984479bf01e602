"""The log can be read by machines and trusted by people, and holds nothing about anyone."""

from __future__ import annotations

import json
import logging
import sqlite3
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from directory.errors import RecordUnavailable
from newgrowth.logs import WITHHELD, _Handler, _one_line, configure_logs
from newgrowth.settings import LogLevel
from tests.newgrowth.terminal import newgrowth

TURNS_AROUND = "\u202e\u2066\u200f"
BREAKS = "\n\r\x85\u2028\u2029\x00\x1b\x9b\x7f\ufeff"


@pytest.fixture(autouse=True)
def own_logging() -> Iterator[None]:
    """The tests' own logging is put back afterwards."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)
    root = logging.getLogger()
    for each in [each for each in root.handlers if isinstance(each, _Handler)]:
        root.removeHandler(each)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What was logged."""
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


@given(
    st.dictionaries(
        st.text(min_size=1), st.text(alphabet=st.characters(codec=None)) | st.text(BREAKS + TURNS_AROUND)
    )
)
def test_whatever_is_logged_is_one_line_that_hides_nothing(event: dict[str, str]) -> None:
    """It says what was given when it is read, and on a screen neither breaks nor turns around."""
    line = _one_line(None, "", dict(event))
    assert json.loads(line) == event
    assert len(line.splitlines()) == 1
    assert line.isprintable() or not set(line) & set(BREAKS + TURNS_AROUND)
    line.encode()


def test_a_name_cannot_forge_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever calls himself by a line break and a line of our kind is one value of one line."""
    configure_logs()
    forged = 'x"}\n{"event": "token_accepted", "role": "SUPERVISOR"}\r' + TURNS_AROUND
    structlog.get_logger("test").warning("token_refused", reason=forged)
    (line,) = lines(capsys)
    assert (line["event"], line["level"], line["reason"]) == ("token_refused", "warning", forged)
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize(
    ("level", "events"),
    [(LogLevel.DEBUG, ["d", "i", "w"]), (LogLevel.INFO, ["i", "w"]), (LogLevel.ERROR, [])],
)
def test_only_what_is_grave_enough_is_written(
    capsys: pytest.CaptureFixture[str], level: LogLevel, events: list[str]
) -> None:
    """As the operator has set."""
    configure_logs(level)
    log = structlog.get_logger("test")
    log.debug("d")
    log.info("i")
    log.warning("w")
    assert [line["event"] for line in lines(capsys)] == events


def test_libraries_log_in_the_same_shape(capsys: pytest.CaptureFixture[str]) -> None:
    """Once each, however often logging was set up, and nothing below a warning."""
    configure_logs()
    configure_logs()
    logging.getLogger("a.library").info("started")
    logging.getLogger("a.library").warning("bad request\nfrom %s", TURNS_AROUND)
    (line,) = lines(capsys)
    assert (line["event"], line["level"]) == (f"bad request\nfrom {TURNS_AROUND}", "warning")


def test_what_a_database_driver_says_is_withheld(capsys: pytest.CaptureFixture[str]) -> None:
    """Its words quote values; where it happened and what we say about it stay."""
    configure_logs()
    phone = "".join(map(str, [1, 3, 8] + [0] * 7 + [1]))
    try:
        try:
            raise sqlite3.IntegrityError(f"Key (phone)=({phone}) already exists")
        except sqlite3.Error as error:
            raise RecordUnavailable("the record refused") from error
    except RecordUnavailable as fault:
        structlog.get_logger("test").error("failed", exc_info=fault)
        logging.getLogger("library").error("failed too", exc_info=sys.exc_info())
    for line in lines(capsys):
        assert phone not in line["exception"]
        assert f"sqlite3.IntegrityError: {WITHHELD}" in line["exception"]
        assert "RecordUnavailable: the record refused" in line["exception"]
        assert "test_logs.py" in line["exception"]


def test_an_unknown_level_is_told_with_the_settings() -> None:
    """With the levels there are."""
    result = newgrowth("index", "status", log_level="loud")
    assert result.exit_code == 2
    assert "NEWGROWTH_LOG_LEVEL" in result.output
