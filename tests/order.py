"""In which order the files of tests are taken: what takes long first, so that no worker is left alone with it at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

# Each takes a good part of a minute or more, though it has few tests.
LONG = (
    "tests/portal/test_every_page.py",
    "tests/portal/test_journeys.py",
    "tests/chaos/",
    "tests/journeys/",
    "tests/portal/test_scripts_in_texts.py",
    "tests/newgrowth/test_demo_program.py",
    "tests/contracts/engines/test_secured.py",
    "tests/indexer/test_outage.py",
)


def ordered(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The tests file by file: the long ones as they are named, then those with the most tests."""
    files = [item.nodeid.partition("::")[0] for item in items]
    counts = Counter(files)

    def place(file: str) -> tuple[int, int, str]:
        ranks = [rank for rank, name in enumerate(LONG) if file.startswith(name)]
        return min(ranks, default=len(LONG)), -counts[file], file

    return [item for _, item in sorted(zip(files, items, strict=True), key=lambda pair: place(pair[0]))]
