"""Every page's document is valid against the schema, and every document and template belongs to a page."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import parse, validate
from jinja2 import Environment, nodes
from jinja2.meta import find_referenced_templates

import portal
from portal.operation import operation
from portal.rendering import EXTENSIONS
from schema.root import SCHEMA

ROOT = Path(portal.__file__).parent
OPERATIONS = sorted(path.stem for path in (ROOT / "operations").glob("*.graphql"))
FRAGMENTS = sorted(path.stem for path in (ROOT / "operations" / "fragments").glob("*.graphql"))
TEMPLATES = sorted(str(path.relative_to(ROOT / "templates")) for path in (ROOT / "templates").rglob("*.html"))


def texts_in_code() -> set[str]:
    """Every text that stands in the portal's modules."""
    return {
        node.value
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def operations_in_code() -> Iterator[str]:
    """The names that `operation(...)` is called with."""
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "operation":
                (name,) = node.args
                assert isinstance(name, ast.Constant), f"{path}: an operation is named by a plain text"
                yield str(name.value)


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_document_is_valid_against_the_schema(name: str) -> None:
    """Fragments and all."""
    assert validate(SCHEMA._schema, parse(operation(name).text)) == []


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_mutation_of_a_form_asks_for_its_errors(name: str) -> None:
    """One command, one input, and what there is to correct, in the page's language."""
    found = operation(name)
    if not found.mutates:
        return

    assert len(found.fields) == 1
    assert "input" in found.variables
    assert "path" in found.text
    assert "message(language: $language)" in found.text


def test_every_document_is_asked_by_a_page() -> None:
    """A document that nobody runs is a mistake or a leftover."""
    assert sorted(set(operations_in_code())) == OPERATIONS


def test_every_fragment_is_spread_by_a_document() -> None:
    """A fragment that nobody spreads is a leftover."""
    whole = "".join(operation(name).text for name in OPERATIONS)

    assert [name for name in FRAGMENTS if f"fragment {name} on" not in whole] == []


def test_every_template_is_shown_or_used_by_another() -> None:
    """A template that nobody renders is a leftover."""
    environment = Environment(extensions=EXTENSIONS, autoescape=True)
    used = texts_in_code()
    for name in TEMPLATES:
        source = (ROOT / "templates" / name).read_text(encoding="utf-8")
        used |= {one for one in find_referenced_templates(environment.parse(source)) if one}

    assert [name for name in TEMPLATES if name not in used] == []


def test_no_template_turns_escaping_off() -> None:
    """Texts of people are shown as texts: only `marked`, which takes the API's own escaped highlights, is markup."""
    environment = Environment(extensions=EXTENSIONS, autoescape=True)
    for name in TEMPLATES:
        tree = environment.parse((ROOT / "templates" / name).read_text(encoding="utf-8"))
        assert not [node for node in tree.find_all(nodes.Filter) if node.name in ("safe", "forceescape")], (
            name
        )
        assert not list(tree.find_all(nodes.EvalContextModifier)), name


def test_no_template_holds_a_style_or_a_script_of_its_own() -> None:
    """The content policy would refuse it."""
    for name in TEMPLATES:
        source = (ROOT / "templates" / name).read_text(encoding="utf-8")
        assert " style=" not in source, name
        assert "<style" not in source, name
        assert "onclick" not in source, name
        assert source.count("<script") == source.count('<script type="module" src='), name
