"""
Which terms stand out (显著词): those that some texts say more often than all texts do, by more than chance would have it.

The score is Dunning's log-likelihood ratio G2 (T. Dunning, Accurate Methods for the Statistics of Surprise and
Coincidence, Computational Linguistics 19, 1993): twice the sum, over the four cells of texts with and without the term
inside and outside the selection, of observed times the logarithm of observed over expected. It holds for rare terms too,
unlike chi-square; 10.83 is passed by chance once in a thousand terms (chi-square distribution, one degree of freedom).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

LEAST_SCORE = 10.83
# A word that one text alone says, or two, is that text's own.
LEAST_TEXTS = 3


@dataclass(frozen=True, slots=True)
class Significant:
    """A term with the number of texts that say it, in the selection and in all, and its score."""

    term: str
    count: int
    background: int
    score: float


@dataclass(frozen=True, slots=True)
class Counted:
    """In how many of `texts` each term stands."""

    texts: int
    counts: Mapping[str, int]


def log_likelihood(count: int, texts: int, background: int, all_texts: int) -> float:
    """G2 of a term in `count` of `texts` and in `background` of `all_texts`, among which the former are.

    0 where the selection says it no more often than the rest, or where there is no rest.
    """
    rest, said_in_rest = all_texts - texts, background - count
    if texts <= 0 or rest <= 0 or count * rest <= said_in_rest * texts:
        return 0.0
    cells = (
        (count, texts * background / all_texts),
        (texts - count, texts * (all_texts - background) / all_texts),
        (said_in_rest, rest * background / all_texts),
        (rest - said_in_rest, rest * (all_texts - background) / all_texts),
    )
    return 2 * sum(
        observed * log(observed / expected) for observed, expected in cells if observed > 0 and expected > 0
    )


def significant(
    selected: Counted, everything: Counted, *, first: int, least: int = LEAST_TEXTS
) -> list[Significant]:
    """The terms that stand out, highest score first, then by term; none that fewer than `least` texts say.

    Of Chinese terms with the same counts that share two characters, the longest stands for all: pieces of one wording.
    """
    scored = [
        Significant(
            term,
            count,
            everything.counts.get(term, count),
            round(
                log_likelihood(count, selected.texts, everything.counts.get(term, count), everything.texts), 4
            ),
        )
        for term, count in selected.counts.items()
        if count >= least
    ]
    telling = [each for each in scored if each.score >= LEAST_SCORE]
    telling.sort(key=lambda each: (-each.score, -len(each.term), each.term))
    return _folded(telling)[:first]


def _folded(terms: Sequence[Significant]) -> list[Significant]:
    """The terms without those that are one with a better one: the same counts, and two characters of it."""
    pairs: dict[tuple[int, int], set[str]] = {}
    kept = []
    for each in terms:
        known = pairs.setdefault((each.count, each.background), set())
        own = set() if each.term.isascii() else {each.term[at : at + 2] for at in range(len(each.term) - 1)}
        if known.isdisjoint(own):
            kept.append(each)
        known |= own
    return kept
