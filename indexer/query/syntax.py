"""
What a search box means: a small language of its own, read to a tree. Nothing typed is an error but its length.

    直播 带货          both, anywhere            "live commerce"   these, one after the other
    短视频 OR 直播     one of them               -广告, NOT 广告   not this
    direct*            words that begin so       NG-7K4M-2QXC      the entry with this number, in any spacing
    title:抽成         in that text only         platform:douyin   with that code (`indexer/query/scopes.py` lists both)

AND is the default, and may be written; OR joins its two neighbours only; everything else is plain text, cut into runs as
`directory/text.py` says. A run of Chinese characters is a phrase; a word also matches the words of its stem.
A text with nothing to search for (spaces, emoji, a lone quote) reads as None, which means: as if none was given.

What is read is what was typed, and no more; `indexer/query/synonyms.py` adds what else it may mean.

The languages of the engines are never given a piece of what was typed: they see this tree, whose leaves hold folded
letters and digits only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from directory.errors import ErrorCode, Problem, UserFault
from directory.identifiers import parse_reference_like
from directory.text import RunKind, run_texts, search_text
from indexer.query.scopes import CODE_SCOPES, REFERENCE_SCOPE, TEXT_SCOPES

LONGEST_TEXT = 1_000
MOST_TERMS = 64
LONGEST_RAW_TEXT = 10 * LONGEST_TEXT
SHORTEST_PREFIX = 2
# Elasticsearch keeps beginnings of words up to this length; a longer one is compared on its first characters.
LONGEST_PREFIX = 19
AND, OR, NOT = "AND", "OR", "NOT"


class QueryTooLong(UserFault):
    """The text of a search is too long, or holds too many terms; the problem's params carry `longest` and `terms`."""

    code = ErrorCode.TOO_LARGE

    @classmethod
    def here(cls) -> QueryTooLong:
        """The fault, at the filter's text."""
        params = {"longest": LONGEST_TEXT, "terms": MOST_TERMS}
        return cls(Problem(cls.code, ("filter", "text"), "search.query_too_long", params))


@dataclass(frozen=True, slots=True)
class Word:
    """A word that may also stand in another form of its stem."""

    text: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words that begin with `text` (2 to 19 characters)."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Runs that stand one after the other; a single Chinese run may stand inside a longer one.

    `quoted`: it was typed in quotes, and means nothing but itself.
    """

    runs: tuple[tuple[RunKind, str], ...]
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """Neighbouring words of a name that spell `text` together: "fitlab" finds Fit Lab."""

    text: str


@dataclass(frozen=True, slots=True)
class Near:
    """Words of a name, title or label that are `text` but for one letter."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """The canonical number or USCC that the whole text is."""

    text: str


@dataclass(frozen=True, slots=True)
class Coded:
    """The field of codes has one of the values, as typed or as the reference data spells them."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scoped:
    """The part holds in one text of the document; `field` is the name of a scope."""

    field: str
    part: TextQuery


@dataclass(frozen=True, slots=True)
class Alike:
    """What was typed, or else something that may stand for it; what was typed counts more."""

    typed: TextQuery
    others: tuple[TextQuery, ...]


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple[TextQuery, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one of the parts holds."""

    parts: tuple[TextQuery, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """The part does not hold."""

    part: TextQuery


Leaf = Word | Prefix | Phrase | Joined | Near
TextQuery = All | Any | Without | Alike | Scoped | Coded | Code | Leaf

_QUOTES = '"\u201c\u201d\u201e\u201f\uff02'
# A quote without its partner is punctuation, so the first alternative takes it only in pairs.
_PIECE = re.compile(
    rf"(?P<minus>[-\uff0d](?=[^\s]))?(?:(?P<scope>(?i:{'|'.join([*TEXT_SCOPES, *CODE_SCOPES])}))[:\uff1a])?"
    rf"(?:[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)[{_QUOTES}]|(?P<chunk>[^\s{_QUOTES}]+))"
)
_STARS = "*\uff0a"


def parse(text: str | None) -> TextQuery | None:
    """The tree of `text`, or None when there is nothing to search for. Raises: QueryTooLong, and nothing else."""
    if not text:
        return None
    if len(text) > LONGEST_RAW_TEXT:
        raise QueryTooLong.here()
    cleaned = search_text(text)
    if len(cleaned) > LONGEST_TEXT:
        raise QueryTooLong.here()
    parts = _joined(_without_and(_negated(list(_pieces(cleaned)))))
    if sum(map(_terms, parts)) > MOST_TERMS:
        raise QueryTooLong.here()
    return _code(parts) or _all(parts)


def _code(parts: list[TextQuery]) -> Code | None:
    """The number that the words make together, whatever stood between them."""
    words = [word for part in parts for word in (part.parts if isinstance(part, All) else (part,))]
    meant = parse_reference_like("".join(word.text if isinstance(word, Word) else "?" for word in words))
    return Code(meant.canonical) if meant else None


def _pieces(text: str) -> Iterator[TextQuery | str]:
    """The operands in order, and the words AND, OR and NOT where they stand alone."""
    for found in _PIECE.finditer(text):
        if found["chunk"] in (AND, OR, NOT) and not found["minus"] and not found["scope"]:
            yield found["chunk"]
            continue
        phrase = found["phrase"]
        part = _chunk(found["chunk"]) if phrase is None else _phrase(phrase)
        if found["scope"]:
            part = _in_scope(found["scope"].lower(), part, phrase or found["chunk"] or "")
        if part is not None:
            yield Without(part) if found["minus"] else part


def _in_scope(scope: str, part: TextQuery | None, value: str) -> TextQuery:
    """The part in its scope; a scope with nothing in it is a word."""
    if part is None:
        return Word(scope)
    if scope in TEXT_SCOPES:
        return Scoped(scope, part)
    meant = parse_reference_like(value) if scope == REFERENCE_SCOPE else None
    return Coded(scope, (meant.canonical if meant else value.strip(),))


def _chunk(text: str) -> TextQuery | None:
    runs = run_texts(text)
    parts: list[TextQuery] = [_run(kind, run) for kind, run in runs]
    if runs and text[-1] in _STARS:
        parts[-1] = _prefix(*runs[-1])
    return _all(parts)


def _run(kind: RunKind, text: str) -> TextQuery:
    return Phrase(((kind, text),)) if kind is RunKind.CJK else Word(text)


def _prefix(kind: RunKind, text: str) -> TextQuery:
    """Chinese runs match inside longer ones already, and one letter begins too many words."""
    if kind is RunKind.CJK or len(text) < SHORTEST_PREFIX:
        return _run(kind, text)
    return Prefix(text[:LONGEST_PREFIX])


def _phrase(text: str) -> TextQuery | None:
    runs = tuple(run_texts(text))
    return Phrase(runs, quoted=True) if runs else None


def _negated(pieces: list[TextQuery | str]) -> list[TextQuery | str]:
    """The pieces with NOT and what follows it made one; any other NOT is the word itself."""
    found: list[TextQuery | str] = []
    for at, piece in enumerate(pieces):
        if at and pieces[at - 1] == NOT and found[-1] == NOT and not isinstance(piece, str | Without):
            found[-1] = Without(piece)
        else:
            found.append(piece)
    return [Word(NOT.lower()) if piece == NOT else piece for piece in found]


def _without_and(pieces: list[TextQuery | str]) -> list[TextQuery | str]:
    """The pieces without the AND between two of them, which says what holds anyway; any other is the word itself."""
    found: list[TextQuery | str] = []
    for at, piece in enumerate(pieces):
        if piece != AND:
            found.append(piece)
        elif not (0 < at < len(pieces) - 1) or any(isinstance(pieces[at + by], str) for by in (-1, 1)):
            found.append(Word(AND.lower()))
    return found


def _joined(pieces: list[TextQuery | str]) -> list[TextQuery]:
    """The operands with those joined that have OR between them; any other OR is the word itself."""
    parts: list[TextQuery] = []
    joins = False
    for index, piece in enumerate(pieces):
        if isinstance(piece, str):
            before = parts[-1] if parts and not joins else None
            after = pieces[index + 1] if index + 1 < len(pieces) else None
            joins = _may_join(before, after)
            if not joins:
                parts.append(Word(piece.lower()))
        elif joins:
            parts[-1] = _either(parts[-1], piece)
            joins = False
        else:
            parts.append(piece)
    return parts


def _may_join(first: TextQuery | str | None, second: TextQuery | str | None) -> bool:
    """Codes filter beside the text, so that only codes of one field can be alternatives."""
    if isinstance(first, Coded) or isinstance(second, Coded):
        return isinstance(first, Coded) and isinstance(second, Coded) and first.field == second.field
    return not any(piece is None or isinstance(piece, str | Without) for piece in (first, second))


def _either(first: TextQuery, second: TextQuery) -> TextQuery:
    if isinstance(first, Coded) and isinstance(second, Coded):
        return Coded(first.field, tuple(dict.fromkeys(first.values + second.values)))
    return Any((*first.parts, second)) if isinstance(first, Any) else Any((first, second))


def _all(parts: list[TextQuery]) -> TextQuery | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    return All(tuple(parts))


def _terms(query: TextQuery) -> int:
    if isinstance(query, All | Any):
        return sum(map(_terms, query.parts))
    if isinstance(query, Without | Scoped):
        return _terms(query.part)
    if isinstance(query, Coded):
        return len(query.values)
    return len(query.runs) if isinstance(query, Phrase) else 1


def typed(query: TextQuery) -> TextQuery:
    """The query as it was typed, without what may stand for it."""
    if isinstance(query, Alike):
        return typed(query.typed)
    if isinstance(query, All | Any):
        return type(query)(tuple(map(typed, query.parts)))
    if isinstance(query, Scoped):
        return Scoped(query.field, typed(query.part))
    return query


@dataclass(frozen=True, slots=True)
class Sides:
    """A query taken apart: the number it is, or what must hold and what must not, codes apart from texts."""

    code: str | None = None
    wanted: tuple[TextQuery, ...] = ()
    unwanted: tuple[TextQuery, ...] = ()
    coded: tuple[Coded, ...] = ()
    uncoded: tuple[Coded, ...] = ()


def sides(query: TextQuery) -> Sides:
    """The sides of a query as `parse` makes them: `Without` and `Coded` stand only at the top, `Code` only alone."""
    if isinstance(query, Code):
        return Sides(code=query.text)
    parts = query.parts if isinstance(query, All) else (query,)
    wanted = [part for part in parts if not isinstance(part, Without)]
    unwanted = [part.part for part in parts if isinstance(part, Without)]
    return Sides(
        wanted=tuple(part for part in wanted if not isinstance(part, Coded)),
        unwanted=tuple(part for part in unwanted if not isinstance(part, Coded)),
        coded=tuple(part for part in wanted if isinstance(part, Coded)),
        uncoded=tuple(part for part in unwanted if isinstance(part, Coded)),
    )
