"""The locked dependencies against the advisories that are known by now."""

from pathlib import Path
from typing import Any

import pytest

from tests.servers.advisories import told, weaknesses
from tests.servers.requirements import Absences

ROOT = Path(__file__).parent.parent
# A weakness that does not reach us, with the reason beside it, until a version without it is out.
BORNE: dict[str, str] = {}


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_no_locked_version_has_a_known_weakness(absences: Absences, lock: str) -> None:
    """Where the advisories can be asked; `REQUIRE=advisories` has them asked or fails."""
    found = absences.found_or_skipped("advisories", lambda: weaknesses(ROOT / lock))

    assert [each for each in found if each.rpartition(" ")[2] not in BORNE] == []


def test_a_weakness_would_be_seen() -> None:
    """In the words of the tool, which names the version and the advisory."""
    audit: list[dict[str, Any]] = [
        {"name": "sound", "version": "1.0", "vulns": []},
        {"name": "weak", "version": "2.0", "vulns": [{"id": "PYSEC-0000-1", "fix_versions": ["2.1"]}]},
    ]

    assert told(audit) == ["weak 2.0: PYSEC-0000-1"]
