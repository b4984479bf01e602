"""The text of a search box that reads as a given query: what a page shows as understood."""

from __future__ import annotations

from indexer.query.syntax import (
    OR,
    Alike,
    All,
    Any,
    Code,
    Coded,
    Joined,
    Near,
    Phrase,
    Prefix,
    Scoped,
    TextQuery,
    Without,
    Word,
    typed,
)


def render(query: TextQuery | None) -> str:
    """The text that reads as `query`, in its shortest usual form: `parse(render(parse(x))) == parse(x)`.

    What was added to a query is not shown: the text is what was typed.
    """
    if query is None:
        return ""
    query = typed(query)
    if isinstance(query, All):
        return " ".join(map(render_operand, query.parts))
    return render_operand(query)


def render_operand(query: TextQuery) -> str:
    """The text of one operand; several runs that were typed without a space stay joined, by a comma."""
    if isinstance(query, Without):
        return "-" + render_operand(query.part)
    if isinstance(query, Any):
        return f" {OR} ".join(map(render_operand, query.parts))
    if isinstance(query, All):
        return ",".join(map(render_operand, query.parts))
    if isinstance(query, Scoped):
        return f"{query.field}:{render_operand(query.part)}"
    if isinstance(query, Coded):
        return f" {OR} ".join(f'{query.field}:"{value}"' for value in query.values)
    return _rendered_leaf(query)


def _rendered_leaf(query: Word | Prefix | Phrase | Joined | Near | Code | Alike) -> str:
    if isinstance(query, Alike):
        return render_operand(query.typed)
    if isinstance(query, Phrase):
        text = " ".join(text for _, text in query.runs)
        return f'"{text}"' if query.quoted else text
    return query.text + "*" if isinstance(query, Prefix) else query.text
