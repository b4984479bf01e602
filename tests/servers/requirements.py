"""Which servers a test run must have, and what became of those it lacks."""

import os
from collections.abc import Callable
from typing import TypeVar

import pytest

from tests.servers.process import ServerMissing

KNOWN = ("elasticsearch", "postgresql", "chromium", "node", "advisories")
Found = TypeVar("Found")


def required_servers() -> frozenset[str]:
    """The servers that REQUIRE names, separated by commas. Raises: UsageError, for one that does not exist."""
    named = frozenset(name.strip() for name in os.environ.get("REQUIRE", "").split(",") if name.strip())
    if unknown := named - set(KNOWN):
        raise pytest.UsageError(f"REQUIRE names {', '.join(sorted(unknown))}; known are {', '.join(KNOWN)}")
    return named


class Absences:
    """Servers that tests asked for and this machine lacks, with the reasons, for the end of the run."""

    def __init__(self) -> None:
        self.required = required_servers()
        self.reasons: dict[str, str] = {}

    def found_or_skipped(self, server: str, find: Callable[[], Found]) -> Found:
        """What `find` returns. A missing server skips the test, or fails it where REQUIRE names the server."""
        try:
            return find()
        except ServerMissing as missing:
            self.reasons[server] = str(missing)
            if server in self.required:
                pytest.fail(f"{server} is required here and missing: {missing}", pytrace=False)
            pytest.skip(f"{server}: {missing}")
