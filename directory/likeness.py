"""
Which reports are alike (相似诉求), and why: the telling words they share, weighed by how rare they are among the reports
looked at, and what both say of category, clause, form, platform and region.

Words alone decide whether two reports are alike at all: much is filed under one category that has nothing else in common.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

# Measured over the sample reports without their categories: of what passes, nineteen in twenty are about the same kind of
# obstacle, and nine in ten reports have one like them.
LEAST_LIKENESS = 0.3
# However much is filed alike, words have to be shared.
LEAST_WORDS = 0.2
MOST_WORDS_TOLD = 8


class Bar(NamedTuple):
    """The least score, and the least share of words, with which two are alike."""

    score: float
    words: float


# Two reports shown to a reader as alike: what is shown has to be right.
ALIKE = Bar(LEAST_LIKENESS, LEAST_WORDS)
# A report and a point: a point is told in two sentences, there are few of them, and somebody chooses among those shown.
POINT = Bar(0.08, 0.05)
# A report that speaks against a resolution: it reopens a review, so that hardly one may be of another cause.
RECURRENCE = Bar(0.25, 0.15)
# Two of many reports that are gathered by their cause: no pair has to be sure, as a cluster is judged as a whole.
GATHERED = Bar(0.04, 0.02)


class LikeReason(StrEnum):
    """What two reports have in common, most telling first."""

    WORDS = "words"
    CLAUSE = "clause"
    CATEGORY = "category"
    FORM = "form"
    PLATFORM = "platform"
    REGION = "region"


# What is added to the share of words: a clause is chosen among hundreds, a region is shared by chance.
WEIGHTS: Mapping[LikeReason, float] = {
    LikeReason.CLAUSE: 0.15,
    LikeReason.CATEGORY: 0.1,
    LikeReason.FORM: 0.03,
    LikeReason.PLATFORM: 0.03,
    LikeReason.REGION: 0.02,
}


class Shared(NamedTuple):
    """One reason with the words or codes that both have."""

    reason: LikeReason
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Traits:
    """What is compared of a report: its terms (`directory/terms.py`) and its codes; a draft may lack any of them."""

    terms: tuple[str, ...]
    category: str | None = None
    clauses: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two are, from the score of the bar to 1, and why."""

    score: float
    reasons: tuple[Shared, ...]


def weights_among(looked_at: Iterable[Traits]) -> Mapping[str, float]:
    """How telling each term is: one over the square root of the number of reports that say it."""
    counts: dict[str, int] = {}
    for traits in looked_at:
        for term in set(traits.terms):
            counts[term] = counts.get(term, 0) + 1
    return {term: count**-0.5 for term, count in counts.items()}


def likeness(own: Traits, other: Traits, weights: Mapping[str, float], bar: Bar = ALIKE) -> Likeness | None:
    """How alike the two are; None below the bar. `weights` come from `weights_among`, both being among them."""
    words = _share(own.terms, other.terms, weights)
    codes = tuple(_shared_codes(own, other))
    score = min(1.0, words + sum(WEIGHTS[shared.reason] for shared in codes))
    if words < bar.words or score < bar.score:
        return None
    said_by_both = set(other.terms).intersection(own.terms)
    telling = sorted(said_by_both, key=lambda term: (-weights[term], -len(term), term))[:MOST_WORDS_TOLD]
    return Likeness(round(score, 4), (Shared(LikeReason.WORDS, tuple(telling)), *codes))


def _share(ours: Sequence[str], theirs: Sequence[str], weights: Mapping[str, float]) -> float:
    """The weight of what both say, over the geometric mean of the weights of each."""
    own, other = sorted(set(ours)), sorted(set(theirs))
    both = sum(weights[term] for term in sorted(set(own).intersection(other)))
    size = (sum(weights[term] for term in own) * sum(weights[term] for term in other)) ** 0.5
    return both / size if size else 0.0


def _shared_codes(own: Traits, other: Traits) -> Iterator[Shared]:
    pairs: Sequence[tuple[LikeReason, tuple[str | None, ...], tuple[str | None, ...]]] = (
        (LikeReason.CLAUSE, own.clauses, other.clauses),
        (LikeReason.CATEGORY, (own.category,), (other.category,)),
        (LikeReason.FORM, own.forms, other.forms),
        (LikeReason.PLATFORM, own.platforms, other.platforms),
        (LikeReason.REGION, (own.region,), (other.region,)),
    )
    for reason, ours, theirs in pairs:
        if both := tuple(code for code in ours if code is not None and code in theirs):
            yield Shared(reason, both)
