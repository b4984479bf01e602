"""
Chinese runs cut into words, which they hold without spaces, by a dictionary.

Of all ways to cut a run the one that leaves the fewest characters outside the dictionary is taken, of those the one with
the fewest pieces, of those the one whose first piece is longest: maximum matching over the whole run, not from its left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from directory.common_words import PARTICLES
from directory.text import RunKind, run_texts

SHORTEST_WORD = 2
# Longer labels are lists and explanations, no words.
LONGEST_WORD = 6


class Piece(NamedTuple):
    """A part of a run: a word of the dictionary, or characters between two."""

    text: str
    known: bool


@dataclass(frozen=True)
class Lexicon:
    """The known words, folded."""

    words: frozenset[str]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Lexicon:
        """The dictionary of those texts that are one Chinese run of 2 to 6 characters, and of the particles."""
        return cls(frozenset(PARTICLES.union(_words(texts))))

    @cached_property
    def _lengths(self) -> Mapping[str, tuple[int, ...]]:
        """The lengths of the words that begin with a character."""
        lengths: dict[str, set[int]] = {}
        for word in self.words:
            lengths.setdefault(word[0], set()).add(len(word))
        return {first: tuple(each) for first, each in lengths.items()}

    def cut(self, run: str) -> tuple[Piece, ...]:
        """The pieces of a folded Chinese run, in order; characters outside the dictionary stay together."""
        return tuple(_joined(run, self._steps(run)))

    def _steps(self, run: str) -> list[int]:
        """Minus the length of the word that is best taken at each character, 0 for a character outside the dictionary.

        Ways are compared by (characters outside, pieces, minus the length of the first piece). Every report is cut here
        before it is indexed: plain loops, and a look only at words that begin as the rest does.
        """
        words, lengths, end = self.words, self._lengths, len(run)
        best: list[tuple[int, int, int]] = [(0, 0, 0)] * (end + 1)
        for at in range(end - 1, -1, -1):
            outside, pieces, _ = best[at + 1]
            way = (outside + 1, pieces + 1, 0)
            for length in lengths.get(run[at], ()):
                if at + length <= end and run[at : at + length] in words:
                    outside, pieces, _ = best[at + length]
                    way = min(way, (outside, pieces + 1, -length))
            best[at] = way
        return [step for _, _, step in best]


def _words(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        found = run_texts(text)
        if (
            len(found) == 1
            and found[0][0] is RunKind.CJK
            and SHORTEST_WORD <= len(found[0][1]) <= LONGEST_WORD
        ):
            yield found[0][1]


def _joined(run: str, steps: list[int]) -> Iterator[Piece]:
    at = begin = 0
    while at < len(run):
        if not steps[at]:
            at += 1
            continue
        if begin < at:
            yield Piece(run[begin:at], known=False)
        yield Piece(run[at : at - steps[at]], known=True)
        at = begin = at - steps[at]
    if begin < at:
        yield Piece(run[begin:at], known=False)
