"""The image: built of what was locked, run by a user without rights, and holding nothing secret."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from newgrowth.settings import VARIABLES

ROOT = Path(__file__).parents[2]
CONTAINERFILE = ROOT / "docs/deploy/Containerfile"
TEXT = CONTAINERFILE.read_text("utf-8")
INSTRUCTIONS = [
    line.strip()
    for line in re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", TEXT, flags=re.MULTILINE)).splitlines()
    if line.strip()
]


def stages() -> dict[str, list[str]]:
    """The instructions of each stage by its name, in order."""
    found: dict[str, list[str]] = {}
    for line in INSTRUCTIONS:
        if named := re.match(r"FROM \S+ AS (\w+)$", line):
            found[named[1]] = []
        list(found.values())[-1].append(line)
    return found


def test_a_linter_of_images_finds_nothing() -> None:
    """hadolint, with every rule; what is let through has its reason beside it."""
    linter = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    if linter is None:
        pytest.skip("hadolint is not made for this machine")
    done = subprocess.run([linter, CONTAINERFILE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("stage", ["tools", "server"])
def test_what_runs_is_no_administrator(stage: str) -> None:
    """By number, so that a cluster can see it; after the last instruction that needs to be one."""
    kinds = [line.split()[0] for line in stages()[stage]]
    assert "USER 10001:10001" in stages()[stage]
    assert "RUN" not in kinds[kinds.index("USER") :]
    assert "HEALTHCHECK" in kinds


def test_what_is_built_without_a_target_is_the_server() -> None:
    """The last stage, with the health of a server."""
    name, instructions = list(stages().items())[-1]
    assert name == "server"
    assert instructions[-1] == 'CMD ["serve"]'


def test_everything_that_is_installed_was_locked() -> None:
    """By hash, or without asking any index."""
    installed = [part for line in INSTRUCTIONS for part in line.split("&&") if "pip install" in part]
    assert len(installed) == 3
    assert [part for part in installed if not re.search(r"--require-hashes|--no-index --no-deps", part)] == []


def test_what_is_copied_is_there_and_is_sent_to_the_builder() -> None:
    """The ignore file lets through exactly what the image is made of."""
    copied = {
        source
        for line in INSTRUCTIONS
        if line.startswith("COPY ") and "--from" not in line
        for source in line.split()[1:-1]
    }
    let_through = {
        line[1:]
        for line in CONTAINERFILE.with_name("Containerfile.dockerignore").read_text("utf-8").splitlines()
        if line.startswith("!")
    }
    assert {source for source in copied if not (ROOT / source).exists()} == set()
    assert let_through == copied


def test_nothing_secret_is_in_a_layer() -> None:
    """No argument of the build, no secret among the variables; each variable is one of ours or of Python's."""
    assert [line for line in INSTRUCTIONS if line.startswith("ARG")] == []
    (variables,) = [line for line in INSTRUCTIONS if line.startswith("ENV")]
    ours = set(re.findall(r"(NEWGROWTH_\w+)=", variables))
    assert ours == {"NEWGROWTH_DATA_DIR", "NEWGROWTH_HOST"}
    assert ours <= VARIABLES
