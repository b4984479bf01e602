"""
Chinese runs cut into words, which they hold without spaces, by a dictionary.

Of all ways to cut a run the one that leaves the fewest characters outside the dictionary is taken, of those the one with
the fewest pieces, of those the one whose first piece is longest: maximum matching over the whole run, not from its left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
    def longest(self) -> int:
        """The length of the longest word."""
        return max(map(len, self.words), default=1)

    def cut(self, run: str) -> tuple[Piece, ...]:
        """The pieces of a folded Chinese run, in order; characters outside the dictionary stay together."""
        best: list[tuple[int, int, int]] = [(0, 0, 0)] * (len(run) + 1)
        for at in range(len(run) - 1, -1, -1):
            best[at] = min(self._ways(run, at, best))
        return tuple(_joined(run, [step for _, _, step in best]))

    def _ways(self, run: str, at: int, best: list[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
        """(characters outside, pieces, minus the length of the first piece) for each way to go on from here.

        A length of 0 stands for one character outside the dictionary.
        """
        outside, pieces, _ = best[at + 1]
        yield outside + 1, pieces + 1, 0
        for length in range(1, min(self.longest, len(run) - at) + 1):
            if run[at : at + length] in self.words:
                outside, pieces, _ = best[at + length]
                yield outside, pieces + 1, -length


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
