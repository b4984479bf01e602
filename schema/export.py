"""The schema as text."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from graphql import GraphQLSchema, lexicographic_sort_schema, print_schema

from schema.root import SCHEMA

PRINTED = Path(__file__).with_name("schema.graphql")


@cache
def sorted_schema() -> GraphQLSchema:
    """The running schema, sorted by name."""
    return lexicographic_sort_schema(SCHEMA._schema)


@cache
def sdl() -> str:
    """The schema in GraphQL's schema definition language, sorted by name: equal schemas give equal texts."""
    return print_schema(sorted_schema()) + "\n"


def main() -> None:
    """Writes the printed schema that is kept in the tree: `python -m schema.export`."""
    PRINTED.write_text(sdl(), encoding="utf-8")


if __name__ == "__main__":
    main()
