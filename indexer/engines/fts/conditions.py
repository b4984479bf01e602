"""Filters and texts as SQL conditions on `doc` (named d) and `words` (named w). Values are always bound, never written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from indexer.documents import fields
from indexer.engines.fts.tables import Tables, column
from indexer.engines.scoping import code_filters, scoped_fields
from indexer.engines.tokens import NOTHING, joined_token, pair_phrase, spelling_tokens, stem_token, word_token
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
    """What the text asks: an FTS5 expression (None: nothing scores) and a condition beside it.

    `typed` is the expression of what was typed, where other words may stand for some of it.
    """

    expression: str | None
    beside: Sql
    typed: str | None = None


def text_match(text: syntax.TextQuery | None, tables: Tables, names: Sequence[str] | None) -> TextMatch:
    """The text as FTS5 understands it, in the text fields named, or in all."""
    if text is None:
        return TextMatch(None, Sql("1"))
    sides = syntax.sides(text)
    if sides.code is not None:
        return TextMatch(None, _any_of(AnyOf(fields.CODES, (sides.code,)), tables))
    beside = joined(" AND ", "1", [condition(part, tables) for part in code_filters(sides, tables.kind)])
    searched = [field.name for field in tables.texts if names is None or field.name in names]
    if not searched:
        return TextMatch(None, Sql("0") if sides.wanted else beside)
    unwanted = expression(sides.unwanted, " OR ", tables, searched) if sides.unwanted else None
    if sides.wanted:
        wanted = expression(sides.wanted, " AND ", tables, searched)
        typed = expression([syntax.typed(part) for part in sides.wanted], " AND ", tables, searched)
        whole = f"{wanted} NOT {unwanted}" if unwanted else wanted
        return TextMatch(whole, beside, None if typed == wanted else typed)
    if not sides.unwanted:
        return TextMatch(None, beside)
    without = Sql(f"d.doc NOT IN (SELECT rowid FROM {tables.words}(?))", (unwanted,))
    return TextMatch(None, joined(" AND ", "1", [without, beside]))


def expression(parts: Sequence[syntax.TextQuery], by: str, tables: Tables, names: Sequence[str]) -> str:
    """The parts as one FTS5 expression over the text fields `names`, joined by AND or OR."""
    return "(" + by.join(_part(part, tables, names) for part in parts) + ")"


def _part(query: syntax.TextQuery, tables: Tables, names: Sequence[str]) -> str:
    if isinstance(query, syntax.All):
        return expression(query.parts, " AND ", tables, names)
    if isinstance(query, syntax.Any):
        return expression(query.parts, " OR ", tables, names)
    if isinstance(query, syntax.Alike):
        return expression((query.typed, *query.others), " OR ", tables, names)
    if isinstance(query, syntax.Scoped):
        return _part(query.part, tables, scoped_fields(query, names))
    if not names:
        return f'"{NOTHING}"'
    # Naming no column costs FTS5 less than naming all of them.
    within = "" if len(names) == len(tables.texts) else f"{{{' '.join(map(column, names))}}} : "
    return f"{within}{_leaf(query)}"


def _leaf(query: syntax.TextQuery) -> str:
    if isinstance(query, syntax.Phrase):
        phrase, begins = pair_phrase(query.runs)
        return f'"{phrase}"{"*" if begins else ""}'
    if isinstance(query, syntax.Prefix):
        return f'"{query.text}"*'
    if isinstance(query, syntax.Word):
        return f'"{stem_token(query.text) or word_token(query.text)}"'
    if isinstance(query, syntax.Joined):
        return f'"{joined_token(query.text)}"'
    if isinstance(query, syntax.Near):
        return "(" + " OR ".join(f'"{token}"' for token in spelling_tokens(query.text)) + ")"
    raise TypeError(f"{type(query).__name__} stands only at the top of a query")
