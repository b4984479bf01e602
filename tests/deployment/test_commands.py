"""Every command line that a document shows exists, with its options: at night nobody looks one up."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from newgrowth.settings import VARIABLES
from tests.deployment.command_lines import problem, spelled_out, written_in

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_line_of_a_document_exists(document: Path) -> None:
    """With the words and the options that it is shown with."""
    found = [
        (line, wrong)
        for line in written_in(document.read_text("utf-8"))
        for words in spelled_out(line)
        if (wrong := problem(words)) is not None
    ]
    assert found == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("index rebuild", None),
        ("backup FILE", None),
        ("export firms --as-role ANALYST --format csv", None),
        ("restore FILE --replace", None),
        ("index defragment", "no command defragment"),
        ("restore FILE --force", "no option --force"),
        ("backup ONE TWO", "takes 1 words"),
        ("account list|destroy", "no command destroy"),
    ],
)
def test_what_does_not_exist_is_seen(line: str, told: str | None) -> None:
    """A command, an option, and a word too many."""
    found = [problem(words) for words in spelled_out(line)]
    assert (found[-1] is None) if told is None else (told in str(found[-1]))


def test_command_lines_are_found_wherever_they_are_written() -> None:
    """Between back quotes, in blocks, behind variables, in containers; without what follows them."""
    document = """
Say `newgrowth log head --keep`, or
```sh
NEWGROWTH_PORT=1 newgrowth serve   # now
newgrowth index verify || newgrowth index rebuild
docker compose run --rm --no-deps worker index status
kubectl exec deploy/worker -- newgrowth clock
```
"""
    assert list(written_in(document)) == [
        "log head --keep",
        "serve",
        "index verify",
        "index status",
        "clock",
    ]


def test_every_setting_is_told_in_the_manual() -> None:
    """By its name, with or without the program's prefix."""
    manual = (ROOT / "docs/operating.md").read_text("utf-8")
    silent = {"NEWGROWTH_DEMO"}  # for the command `demo` alone
    missing = [
        name
        for name in sorted(VARIABLES - silent)
        if not re.search(rf"`(NEWGROWTH_)?{name.removeprefix('NEWGROWTH_')}[`=]", manual)
    ]
    assert missing == []


def test_the_runbooks_answer_what_is_alarmed() -> None:
    """Each figure to alarm on leads to a heading that is there, and each line is one that the program writes."""
    text = (ROOT / "docs/runbooks.md").read_text("utf-8")
    headings = {line[3:].strip() for line in text.splitlines() if line.startswith("## ")}
    anchors = {heading.lower().replace(" ", "-").replace(",", "") for heading in headings}
    source = "".join(
        path.read_text("utf-8")
        for folder in ("newgrowth", "schema", "indexer", "directory")
        for path in (ROOT / folder).rglob("*.py")
    )
    alarmed = [
        line for line in text.splitlines() if line.startswith(("| `newgrowth_", "| `search_", "| `LOG_"))
    ]
    names = {name for line in alarmed for name in _names(line.split("|")[1])}

    assert len(alarmed) >= 8
    assert {name for name in names if name not in source} == set()
    assert {link for line in alarmed for link in _links(line)} <= anchors


def _names(cell: str) -> list[str]:
    return [
        each.partition("{")[0]
        for each in cell.split("`")[1::2]
        if "=" not in each.partition("{")[0] and " " not in each
    ]


def _links(line: str) -> list[str]:
    return [part.partition(")")[0] for part in line.split("(#")[1:]]
