"""What the program logged during the whole test run names nobody: looked for in all that was captured, test by test."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

# People, accounts and numbers that the tests enter again and again, in every way that there is.
PEOPLE = (
    "王小明",
    "王小光",
    "欧阳娜娜",
    "小光手作",
    "小宇",
    "某自由职业者",
    "13812345678",
    "138 1234 5678",
    "13912345678",
    "guang@example.cn",
    "ouyang-nana",
)
# A line of our own in JSON, or as structlog and logging write it for a terminal.
LOGGED = re.compile(
    r'\{.*"event": "|.*\[(?:debug|info|warning|error|critical)\s*\]|(?:DEBUG|INFO|WARNING|ERROR|CRITICAL)\s+\S+:\S+:\d+ '
)


COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def named_in(captured: str) -> Iterator[str]:
    """The log lines that hold something of one of `PEOPLE`."""
    for line in COLOURS.sub("", captured).splitlines():
        if LOGGED.match(line) and any(value in line for value in PEOPLE):
            yield line


class LogsOfTheRun:
    """Collects what names somebody, and fails the run for it."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Looks through what one test left."""
        for _, captured in report.sections:
            self.found.extend(f"{report.nodeid}: {line}" for line in named_in(captured))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A run whose logs name somebody has failed."""
        if self.found and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Says which lines."""
        if self.found:
            terminalreporter.section("personal data in logs")
            for each in self.found:
                terminalreporter.line(each)
