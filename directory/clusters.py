"""
Clusters of reports that seem to have one cause (诉求聚类), before anyone has named it.

Average linkage: of all clusters the two that are most alike are joined, as long as the mean likeness over all pairs
between them passes the bar. So one report that is like two causes does not make them one, as it would with chains. The
likeness is that of `directory/likeness.py`; reports in two languages share no words, and make two clusters. Pure, and the
same for the same reports in whatever order they come.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import combinations

from directory.likeness import GATHERED, MOST_WORDS_TOLD, Traits, likeness, weights_among
from directory.phrases import phrases

# Set over the causes of tests/relevance/causes.toml that are not held out.
LEAST_JOINED = 0.12
# A word that more of the reports say does not bring two of them together; it still counts once they are compared.
MOST_SAYING = 100


@dataclass(frozen=True, slots=True)
class Cluster:
    """Reports by id, in order, with the words and phrases that at least half of them say, the most telling first."""

    reports: tuple[str, ...]
    words: tuple[str, ...]


def clusters(told: Mapping[str, Traits]) -> list[Cluster]:
    """All clusters of at least two of the reports, the largest first."""
    ids = sorted(told)
    traits = [told[id_] for id_ in ids]
    weights = weights_among(traits)
    joined = [group for group in _joined(traits, weights) if len(group) > 1]
    found = [
        Cluster(tuple(ids[at] for at in group), _words([traits[at] for at in group], weights))
        for group in joined
    ]
    return sorted(found, key=lambda each: (-len(each.reports), each.reports))


def _words(members: Sequence[Traits], weights: Mapping[str, float]) -> tuple[str, ...]:
    """Many saying it and few others: how often the term is said in the cluster, by how telling it is."""
    sayers: dict[str, set[int]] = defaultdict(set)
    for at, traits in enumerate(members):
        for term in traits.terms:
            sayers[term].add(at)
    least = max(2, (len(members) + 1) // 2)
    shared = {term: those for term, those in sayers.items() if len(those) >= least}
    ranked = sorted(shared, key=lambda term: (-len(shared[term]) * weights[term], -len(term), term))
    return tuple(phrases(ranked, shared)[:MOST_WORDS_TOLD])


def _joined(traits: Sequence[Traits], weights: Mapping[str, float]) -> list[list[int]]:
    linkage = _Linkage(len(traits), _pairs(traits, weights))
    while linkage.join():
        pass
    return [sorted(members) for members in linkage.members.values()]


def _pairs(traits: Sequence[Traits], weights: Mapping[str, float]) -> Iterator[tuple[int, int, float]]:
    """The pairs that are alike at all."""
    saying: dict[str, list[int]] = defaultdict(list)
    for at, each in enumerate(traits):
        for term in dict.fromkeys(each.terms):
            saying[term].append(at)
    together = {
        pair for those in saying.values() if len(those) <= MOST_SAYING for pair in combinations(those, 2)
    }
    for one, other in sorted(together):
        if how := likeness(traits[one], traits[other], weights, GATHERED):
            yield one, other, how.score


class _Linkage:
    """The clusters so far, each known by its first report, with the summed likeness between each two."""

    def __init__(self, count: int, pairs: Iterator[tuple[int, int, float]]) -> None:
        self.members = {at: [at] for at in range(count)}
        self._between: list[dict[int, float]] = [{} for _ in range(count)]
        self._waiting: list[tuple[float, int, int]] = []
        for one, other, score in pairs:
            self._between[one][other] = self._between[other][one] = score
            self._waiting.append((-score, one, other))
        heapify(self._waiting)

    def join(self) -> bool:
        """Joins the two most alike; False when no two pass the bar any more."""
        while self._waiting:
            rank, one, other = heappop(self._waiting)
            if other in self._between[one] and -rank == self._mean(one, other):
                if -rank < LEAST_JOINED:
                    return False
                self._take(one, other)
                return True
        return False

    def _mean(self, one: int, other: int) -> float:
        return self._between[one][other] / (len(self.members[one]) * len(self.members[other]))

    def _take(self, one: int, other: int) -> None:
        self.members[one] += self.members.pop(other)
        for third, score in self._between[other].items():
            del self._between[third][other]
            if third != one:
                total = self._between[one].get(third, 0.0) + score
                self._between[one][third] = self._between[third][one] = total
        self._between[other] = {}
        for third in self._between[one]:
            low, high = sorted((one, third))
            heappush(self._waiting, (-self._mean(low, high), low, high))
