"""The Java development kit that Elasticsearch runs on."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from tests.servers.process import ServerMissing

OLDEST_JAVA = 21
RELEASE = re.compile(r'^JAVA_VERSION="(\d+)[.\d]*', re.MULTILINE)


def find_java_home() -> Path:
    """The home of the newest full JDK of at least version 21. Raises: ServerMissing.

    A runtime without the compiler is passed over: it may lack modules that Elasticsearch loads.
    """
    found = [(version, home) for home in candidates() if (version := jdk_version(home)) >= OLDEST_JAVA]
    if not found:
        raise ServerMissing(f"no JDK {OLDEST_JAVA}+ under /usr/lib/jvm, in ES_JAVA_HOME or in JAVA_HOME")
    return max(found)[1]


def candidates() -> Iterator[Path]:
    """Directories that may be the home of a JDK."""
    for variable in ("ES_JAVA_HOME", "JAVA_HOME"):
        if home := os.environ.get(variable):
            yield Path(home)
    yield from sorted(Path("/usr/lib/jvm").glob("*"))


def jdk_version(home: Path) -> int:
    """The feature version of the JDK at `home`, such as 25; 0 when there is none."""
    release = home / "release"
    if not (home / "bin/javac").is_file() or not release.is_file():
        return 0
    named = RELEASE.search(release.read_text(errors="replace"))
    return int(named[1]) if named else 0
