"""
Rankings that stand still, for walks by relevance: every write moves the scores.

The first page of a walk keeps the whole order as row numbers and scores, eight bytes a hit, in the memory of this
process; later pages read the rows that stand there as they are now. The longest unused rankings make room for new ones.
A held read transaction would keep the file's log from being taken in for as long as somebody walks, and an order kept in
the file would make each search a write. So a walk ends with its process, or when too many others begin: it says so, and
starts again. Directories with several processes in front, or more walks than this, have Elasticsearch.
"""

from __future__ import annotations

import secrets
import threading
from array import array
from collections import OrderedDict
from dataclasses import dataclass

from indexer.query.search import WalkEnded

# Of all rankings together: 32 MB.
MOST_KEPT = 4_000_000
MOST_RANKINGS = 1_000


@dataclass(frozen=True, slots=True)
class Ranking:
    """The row numbers and scores of all hits, in order, in one generation that stood at `position`."""

    generation: int
    position: int
    docs: array[int]
    scores: array[float]


class Rankings:
    """The rankings of one process; its searching threads share them."""

    def __init__(self, *, most_kept: int = MOST_KEPT) -> None:
        """`most_kept`: how many hits of all rankings together. The newest ranking is kept however long it is."""
        self._most_kept = most_kept
        self._kept: OrderedDict[str, Ranking] = OrderedDict()
        self._hits = 0
        self._lock = threading.Lock()

    def keep(self, ranking: Ranking) -> str:
        """The name under which the ranking is kept."""
        name = secrets.token_hex(8)
        with self._lock:
            self._kept[name] = ranking
            self._hits += len(ranking.docs)
            while len(self._kept) > 1 and (self._hits > self._most_kept or len(self._kept) > MOST_RANKINGS):
                _, oldest = self._kept.popitem(last=False)
                self._hits -= len(oldest.docs)
        return name

    def find(self, name: str, generation: int) -> Ranking:
        """The ranking of this name. Raises: WalkEnded, when it is not kept, or not of this generation."""
        with self._lock:
            ranking = self._kept.get(name)
            if ranking is None or ranking.generation != generation:
                raise WalkEnded("the ranking that the walk goes over is not kept")
            self._kept.move_to_end(name)
            return ranking
