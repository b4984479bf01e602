"""
What a search box means: a small language of its own, read to a tree. Nothing typed is an error but its length.

    直播 带货          both, anywhere            "live commerce"   these, one after the other
    短视频 OR 直播     one of them               -广告             not this
    direct*            words that begin so       NG-7K4M-2QXC      the entry with this number, in any spacing

AND is the default; OR joins its two neighbours only; everything else is plain text, cut into runs as
`directory/text.py` says. A run of Chinese characters is a phrase; a word also matches the words of its stem.
A text with nothing to search for (spaces, emoji, a lone quote) reads as None, which means: as if none was given.

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

LONGEST_TEXT = 1_000
MOST_TERMS = 64
LONGEST_RAW_TEXT = 10 * LONGEST_TEXT
SHORTEST_PREFIX = 2
# Elasticsearch keeps beginnings of words up to this length; a longer one is compared on its first characters.
LONGEST_PREFIX = 19
OR = "OR"


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
    """Runs that stand one after the other; a single Chinese run may stand inside a longer one."""

    runs: tuple[tuple[RunKind, str], ...]


@dataclass(frozen=True, slots=True)
class Code:
    """The canonical number or USCC that the whole text is."""

    text: str


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


TextQuery = All | Any | Without | Phrase | Word | Prefix | Code

_QUOTES = '"\u201c\u201d\u201e\u201f\uff02'
# A quote without its partner is punctuation, so the first alternative takes it only in pairs.
_PIECE = re.compile(
    rf"(?P<minus>[-\uff0d](?=[^\s]))?(?:[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)[{_QUOTES}]|(?P<chunk>[^\s{_QUOTES}]+))"
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
    parts = _joined(list(_pieces(cleaned)))
    if sum(map(_terms, parts)) > MOST_TERMS:
        raise QueryTooLong.here()
    return _code(parts) or _all(parts)


def _code(parts: list[TextQuery]) -> Code | None:
    """The number that the words make together, whatever stood between them."""
    words = [word for part in parts for word in (part.parts if isinstance(part, All) else (part,))]
    meant = parse_reference_like("".join(word.text if isinstance(word, Word) else "?" for word in words))
    return Code(meant.canonical) if meant else None


def _pieces(text: str) -> Iterator[TextQuery | str]:
    """The operands in order, and the word OR where it stands between two of them."""
    for found in _PIECE.finditer(text):
        if found["chunk"] == OR and not found["minus"]:
            yield OR
            continue
        phrase = found["phrase"]
        part = _chunk(found["chunk"]) if phrase is None else _phrase(phrase)
        if part is not None:
            yield Without(part) if found["minus"] else part


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
    return Phrase(runs) if runs else None


def _joined(pieces: list[TextQuery | str]) -> list[TextQuery]:
    """The operands with those joined that have OR between them; any other OR is the word itself."""
    parts: list[TextQuery] = []
    joins = False
    for index, piece in enumerate(pieces):
        if isinstance(piece, str):
            before = parts[-1] if parts and not joins else None
            after = pieces[index + 1] if index + 1 < len(pieces) else None
            joins = _may_join(before) and _may_join(after)
            if not joins:
                parts.append(Word(piece.lower()))
        elif joins:
            parts[-1] = _either(parts[-1], piece)
            joins = False
        else:
            parts.append(piece)
    return parts


def _may_join(piece: TextQuery | str | None) -> bool:
    return piece is not None and not isinstance(piece, str | Without)


def _either(first: TextQuery, second: TextQuery) -> TextQuery:
    return Any((*first.parts, second)) if isinstance(first, Any) else Any((first, second))


def _all(parts: list[TextQuery]) -> TextQuery | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    return All(tuple(parts))


def _terms(query: TextQuery) -> int:
    if isinstance(query, All | Any):
        return sum(map(_terms, query.parts))
    if isinstance(query, Without):
        return _terms(query.part)
    return len(query.runs) if isinstance(query, Phrase) else 1


def render(query: TextQuery | None) -> str:
    """The text that reads as `query`, in its shortest usual form: `parse(render(parse(x))) == parse(x)`."""
    if query is None:
        return ""
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
        return ",".join(map(_rendered_run, query.parts))
    return f'"{_rendered_run(query)}"' if isinstance(query, Phrase) else _rendered_run(query)


def _rendered_run(query: TextQuery) -> str:
    if isinstance(query, Phrase):
        return " ".join(text for _, text in query.runs)
    if isinstance(query, Prefix):
        return query.text + "*"
    return query.text if isinstance(query, Word | Code) else render(query)


def leaves(query: TextQuery | None) -> Iterator[Word | Prefix | Phrase]:
    """What a found document may show of the query, left to right; what is excluded and numbers are left out."""
    if isinstance(query, All | Any):
        for part in query.parts:
            yield from leaves(part)
    elif isinstance(query, Word | Prefix | Phrase):
        yield query


@dataclass(frozen=True, slots=True)
class Sides:
    """A query taken apart: the number it is, or what must hold and what must not."""

    code: str | None = None
    wanted: tuple[TextQuery, ...] = ()
    unwanted: tuple[TextQuery, ...] = ()


def sides(query: TextQuery) -> Sides:
    """The sides of a query as `parse` makes them: `Without` stands only at the top, `Code` only alone."""
    if isinstance(query, Code):
        return Sides(code=query.text)
    parts = query.parts if isinstance(query, All) else (query,)
    return Sides(
        wanted=tuple(part for part in parts if not isinstance(part, Without)),
        unwanted=tuple(part.part for part in parts if isinstance(part, Without)),
    )
