"""
The terms of a text that can tell its subject (特征词): what counting over many texts is about, each once a text.

Chinese: the words of the dictionary, and of the characters between them every piece of two to four that neither begins
nor ends with a character of every sentence: new words of the trade come up there first. English: words of three letters
or more, the plural as the singular. Numbers, particles, degrees and the words of any report are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from directory.common_words import COMMON, DEGREES, EDGES, ENGLISH, PARTICLES
from directory.lexicon import Lexicon
from directory.text import RunKind, run_texts

# The first of a long text: an index holds them for every text.
MOST_TERMS = 120
LONGEST_READ = 4_000
SHORTEST_WORD, LONGEST_WORD = 3, 40
SHORTEST_PIECE, LONGEST_PIECE = 2, 4
_GENERIC = PARTICLES | DEGREES | COMMON
# Endings with which a plural is more than its last letter; those of one row keep what is given with it.
_PLURALS = (
    ("ies", "y"),
    ("sses", "ss"),
    ("xes", "x"),
    ("ches", "ch"),
    ("shes", "sh"),
    ("ss", "ss"),
    ("us", "us"),
    ("is", "is"),
)


def distinct_terms(texts: Iterable[str], lexicon: Lexicon) -> list[str]:
    """The terms of the texts together, at most 120, in the order in which they first stand there."""
    found: dict[str, None] = {}
    for text in texts:
        for kind, run in run_texts(text[:LONGEST_READ]):
            found.update(dict.fromkeys(_chinese(run, lexicon) if kind is RunKind.CJK else _english(run)))
    return list(found)[:MOST_TERMS]


def _chinese(run: str, lexicon: Lexicon) -> Iterator[str]:
    for piece in lexicon.cut(run):
        if not piece.known:
            yield from _pieces(piece.text)
        elif len(piece.text) >= SHORTEST_PIECE and piece.text not in _GENERIC:
            yield piece.text


def _pieces(text: str) -> Iterator[str]:
    for length in range(LONGEST_PIECE, SHORTEST_PIECE - 1, -1):
        for at in range(len(text) - length + 1):
            piece = text[at : at + length]
            if piece[0] not in EDGES and piece[-1] not in EDGES:
                yield piece


def _english(word: str) -> Iterator[str]:
    if (
        SHORTEST_WORD <= len(word) <= LONGEST_WORD
        and word.isascii()
        and word.isalpha()
        and word not in ENGLISH
    ):
        single = singular(word)
        if single not in ENGLISH:
            yield single


def singular(word: str) -> str:
    """The singular of an English plural, by its ending; any other word as it is.

    Source: the rules of the S stemmer (D. Harman, How effective is suffixing?, JASIS 42, 1991), with the endings of
    businesses, taxes and branches added.
    """
    for plural, single in _PLURALS:
        if word.endswith(plural) and len(word) > len(plural) + 1:
            return word.removesuffix(plural) + single
    return word.removesuffix("s") if len(word) > SHORTEST_WORD else word
