"""What the documents show works: every GraphQL example is valid against the schema, every path they name is there."""

import re
from pathlib import Path

import pytest
from graphql import parse, validate

from schema.root import SCHEMA

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
EXAMPLES = [
    pytest.param(example, id=f"{document.name}-{number}")
    for document in DOCUMENTS
    for number, example in enumerate(
        re.findall(r"^ *```graphql\n(.*?)^ *```", document.read_text("utf-8"), re.DOTALL | re.MULTILINE),
        start=1,
    )
]


def test_the_documents_show_examples() -> None:
    """A reader of the guides finds queries to paste."""
    assert len(EXAMPLES) >= 5


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_can_be_pasted(example: str) -> None:
    """Each example names only what the schema has."""
    assert validate(SCHEMA._schema, parse(example)) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_link_inside_the_project_leads_somewhere(document: Path) -> None:
    """No document points at a file that is not there."""
    links = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", document.read_text("utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []
