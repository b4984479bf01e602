"""The check that the logs of a test run name nobody finds those that do."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from tests.logs_of_the_run import LogsOfTheRun, named_in


@pytest.mark.parametrize(
    "line",
    [
        '{"name": "王小明", "event": "x"}',
        '{"phone": "13812345678", "level": "info", "event": "x"}',
        "2026-03-02 10:00:00 [warning  ] refused                name=欧阳娜娜",
        "WARNING  directory:handling.py:12 王小光",
    ],
)
def test_a_line_that_names_somebody_is_found(line: str) -> None:
    """In each form in which anything of ours logs."""
    assert list(named_in(f"before\n{line}\nafter")) == [line]


def test_what_a_command_prints_is_no_log() -> None:
    """An operator who asks is answered."""
    assert list(named_in("王小明 13812345678\n" + '{"line": 3, "name": "王小明"}')) == []


def test_a_run_whose_log_names_somebody_fails() -> None:
    """Although each of its tests has passed."""
    logs, session = LogsOfTheRun(), SimpleNamespace(exitstatus=pytest.ExitCode.OK)
    sections = [("Captured stderr call", "[\x1b[33mwarning  \x1b[0m] refused   name=王小明")]
    logs.pytest_runtest_logreport(
        pytest.TestReport("test_it", ("test_it.py", 1, "test_it"), {}, "passed", None, "call", sections)
    )
    logs.pytest_sessionfinish(cast(pytest.Session, session))

    assert logs.found == ["test_it: [warning  ] refused   name=王小明"]
    assert session.exitstatus is pytest.ExitCode.TESTS_FAILED


def test_a_run_whose_log_names_nobody_passes() -> None:
    """Digests and opaque ids are nobody."""
    logs, session = LogsOfTheRun(), SimpleNamespace(exitstatus=pytest.ExitCode.OK)
    logs.pytest_sessionfinish(cast(pytest.Session, session))

    assert session.exitstatus is pytest.ExitCode.OK
