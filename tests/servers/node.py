"""Node.js for suites that are written for it; their packages are fetched once, by the hashes of their lock."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

from tests.servers.distribution import cache_directory
from tests.servers.process import ServerMissing

FETCH_SECONDS = 120
PACKAGES = ("package.json", "package-lock.json")


def find_node() -> Path:
    """The program. Raises: ServerMissing."""
    if found := shutil.which("node"):
        return Path(found)
    raise ServerMissing("no node on PATH")


def installed(suite: Path) -> Path:
    """A directory with the suite's files and the packages that its lock names. Raises: ServerMissing."""
    lock = hashlib.sha256((suite / "package-lock.json").read_bytes()).hexdigest()[:16]
    place = cache_directory() / "node" / f"{suite.name}-{lock}"
    if not (place / "node_modules").exists():
        _install(suite, place)
    for script in suite.glob("*.mjs"):
        shutil.copy(script, place)
    return place


def _install(suite: Path, place: Path) -> None:
    """Fetched beside its place and moved there whole."""
    npm = shutil.which("npm")
    if npm is None:
        raise ServerMissing("no npm on PATH")
    unfinished = place.with_name(f"{place.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    for name in PACKAGES:
        shutil.copy(suite / name, unfinished)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    try:
        subprocess.run(command, cwd=unfinished, check=True, capture_output=True, timeout=FETCH_SECONDS)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as failed:
        raise ServerMissing(f"npm could not fetch {suite.name} ({type(failed).__name__})") from failed
    unfinished.rename(place)
