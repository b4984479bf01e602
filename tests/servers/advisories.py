"""What is known against versions: the advisories of the package index, asked by pip-audit."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.servers.process import ServerMissing

SECONDS = 240
AUDIT = [
    sys.executable,
    "-m",
    "pip_audit",
    "--format=json",
    "--progress-spinner=off",
    "--disable-pip",
    "--no-deps",
]
# Any version of anything would do: whether it is answered tells whether advisories can be had.
PROBE = "packaging==24.0\n"


def weaknesses(lock: Path) -> Sequence[str]:
    """Each known weakness of a locked version, such as "name 1.0: GHSA-…". Raises: ServerMissing."""
    with tempfile.TemporaryDirectory() as folder:
        probe = Path(folder) / "probe.txt"
        probe.write_text(PROBE)
        _audited(probe)
    return told(_audited(lock))


def told(found: Sequence[dict[str, Any]]) -> list[str]:
    """The weaknesses in an audit's words."""
    return [f"{each['name']} {each['version']}: {weak['id']}" for each in found for weak in each["vulns"]]


def _audited(requirements: Path) -> Sequence[dict[str, Any]]:
    """Every requirement with what is known against it; one without an answer is no clean one. Raises: ServerMissing."""
    command = [*AUDIT, "--requirement", str(requirements)]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise ServerMissing("no advisories: no answer in time") from None
    try:
        found: list[dict[str, Any]] = json.loads(ran.stdout)["dependencies"]
    except (ValueError, KeyError):
        raise ServerMissing(
            f"no advisories: {(ran.stderr.strip() or 'no answer').splitlines()[-1][:200]}"
        ) from None
    if left_out := [each["name"] for each in found if "skip_reason" in each]:
        raise ServerMissing(f"no advisories for {', '.join(left_out[:3])}: the index does not tell them here")
    return found
