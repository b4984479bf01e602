"""Filters and texts as SQL conditions on `doc` (named d) and `words` (named w). Values are always bound, never written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from indexer.documents import fields
from indexer.engines.fts.tables import Tables, column
from indexer.engines.tokens import pair_phrase, stem_token, word_token
from indexer.query import syntax
from indexer.query.search import AnyOf, Between, Both, Either, Filter, Is, Not


@dataclass(frozen=True, slots=True)
class Sql:
    """A condition and the values of its marks, in order."""

    text: str
    values: tuple[Any, ...] = ()


def condition(wanted: Filter, tables: Tables) -> Sql:
    """The filter as a condition that is true or false, never NULL: a missing value matches nothing."""
    if isinstance(wanted, Both):
        return joined(" AND ", "1", [condition(part, tables) for part in wanted.filters])
    if isinstance(wanted, Either):
        return joined(" OR ", "0", [condition(part, tables) for part in wanted.filters])
    if isinstance(wanted, Not):
        inner = condition(wanted.filter, tables)
        return Sql(f"NOT {inner.text}", inner.values)
    if isinstance(wanted, AnyOf):
        return _any_of(wanted, tables)
    name = f"d.{column(wanted.field)}"
    if isinstance(wanted, Is):
        return Sql(f"{name} IS ?", (int(wanted.value),))
    return _between(name, wanted)


def joined(by: str, empty: str, parts: Sequence[Sql]) -> Sql:
    """The conditions joined by AND or OR, in brackets; `empty` when there are none."""
    if not parts:
        return Sql(empty)
    return Sql(f"({by.join(part.text for part in parts)})", tuple(v for part in parts for v in part.values))


def _any_of(wanted: AnyOf, tables: Tables) -> Sql:
    values = orjson.dumps(wanted.values).decode()
    if wanted.field in {field.name for field in tables.lists}:
        return Sql(
            f"d.doc IN (SELECT doc FROM {tables.term}"
            " WHERE field = ? AND value IN (SELECT value FROM json_each(?)))",
            (tables.field_number(wanted.field), values),
        )
    name = f"d.{column(wanted.field)}"
    return Sql(f"({name} IS NOT NULL AND {name} IN (SELECT value FROM json_each(?)))", (values,))


def _between(name: str, wanted: Between) -> Sql:
    parts = [Sql(f"{name} IS NOT NULL")]
    if wanted.at_least is not None:
        parts.append(Sql(f"{name} >= ?", (wanted.at_least,)))
    if wanted.at_most is not None:
        parts.append(Sql(f"{name} <= ?", (wanted.at_most,)))
    return joined(" AND ", "1", parts)


@dataclass(frozen=True, slots=True)
class TextMatch:
    """What the text asks: an FTS5 expression that scores (None: nothing scores) and a condition beside it."""

    expression: str | None
    beside: Sql


def text_match(text: syntax.TextQuery | None, tables: Tables, names: Sequence[str] | None) -> TextMatch:
    """The text as FTS5 understands it, in the text fields named, or in all."""
    if text is None:
        return TextMatch(None, Sql("1"))
    sides = syntax.sides(text)
    if sides.code is not None:
        return TextMatch(None, _any_of(AnyOf(fields.CODES, (sides.code,)), tables))
    within = _within(tables, names)
    if within is None:
        return TextMatch(None, Sql("0" if sides.wanted else "1"))
    unwanted = within + _expression(sides.unwanted, " OR ") if sides.unwanted else None
    if not sides.wanted:
        return TextMatch(None, Sql(f"d.doc NOT IN (SELECT rowid FROM {tables.words}(?))", (unwanted,)))
    wanted = within + _expression(sides.wanted, " AND ")
    return TextMatch(f"({wanted}) NOT ({unwanted})" if unwanted else wanted, Sql("1"))


def _within(tables: Tables, names: Sequence[str] | None) -> str | None:
    """The column filter of FTS5 for the fields; empty for all of them, None for none."""
    if names is None:
        return ""
    known = [column(field.name) for field in tables.texts if field.name in names]
    return f"{{{' '.join(known)}}} : " if known else None


def _expression(parts: Sequence[syntax.TextQuery], by: str) -> str:
    return "(" + by.join(map(_leaf, parts)) + ")"


def _leaf(query: syntax.TextQuery) -> str:
    if isinstance(query, syntax.All):
        return _expression(query.parts, " AND ")
    if isinstance(query, syntax.Any):
        return _expression(query.parts, " OR ")
    if isinstance(query, syntax.Phrase):
        phrase, begins = pair_phrase(query.runs)
        return f'"{phrase}"{"*" if begins else ""}'
    if isinstance(query, syntax.Prefix):
        return f'"{query.text}"*'
    if isinstance(query, syntax.Word):
        return f'"{stem_token(query.text) or word_token(query.text)}"'
    raise TypeError(f"{type(query).__name__} stands only at the top of a query")
