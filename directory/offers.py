"""
What a search box may offer of the reference data (检索提示): terms, names of policies, headings of clauses.

The text that was typed comes first, then those that begin so, those of which a word begins so or, in Chinese, that hold it; where
there are none, those with a word that is one slip of the pen away. Within each, in the order in which they were given.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from directory.spelling import spellings
from directory.text import run_texts, search_text

LONGEST_TYPED = 60
# Shorter Latin words have too many neighbours that are words themselves; one Chinese character stands in too many texts.
SHORTEST_FORGIVEN = 5
SHORTEST_INSIDE = 2


@dataclass(frozen=True, slots=True)
class Offer:
    """A text to search for: `kind` is term, policy or clause, `code` that of the policy or clause."""

    text: str
    kind: str = "term"
    code: str | None = None


@dataclass(frozen=True, slots=True)
class _Cut:
    """An offer with its folded words."""

    offer: Offer
    words: tuple[str, ...]
    joined: str


@dataclass(frozen=True)
class Offers:
    """All offers, the most asked for first."""

    offers: tuple[Offer, ...]

    @cached_property
    def _cut(self) -> tuple[_Cut, ...]:
        first = {_folded(offer.text): offer for offer in reversed(self.offers)}
        return tuple(
            _Cut(offer, words, " ".join(words))
            for offer in self.offers
            if (words := _folded(offer.text)) and first[words] is offer
        )

    @cached_property
    def _by_spelling(self) -> dict[str, list[_Cut]]:
        found: dict[str, list[_Cut]] = {}
        for cut in self._cut:
            for key in {key for word in cut.words if _is_forgiven(word) for key in spellings(word)}:
                found.setdefault(key, []).append(cut)
        return found

    def matching(self, typed: str, most: int) -> list[Offer]:
        """At most `most` offers that continue what was typed, each text once; none for nothing."""
        wanted = _folded(search_text(typed[:LONGEST_TYPED]))
        if not wanted:
            return []
        begin = " ".join(wanted)
        whole = [cut for cut in self._cut if cut.joined.startswith(begin)]
        whole.sort(key=lambda cut: cut.joined != begin)
        inside = [cut for cut in self._cut if not cut.joined.startswith(begin) and _holds(cut, wanted)]
        found = (whole + inside) or list(self._near(wanted))
        return [cut.offer for cut in found[:most]]

    def _near(self, wanted: tuple[str, ...]) -> Iterator[_Cut]:
        """The offers that have each word typed, one at least with a slip."""
        slipped = [word for word in wanted if _is_forgiven(word)]
        keys = [key for word in slipped[:1] for key in sorted(spellings(word))]
        close = dict.fromkeys(cut for key in keys for cut in self._by_spelling.get(key, ()))
        places = {cut: place for place, cut in enumerate(self._cut) if cut in close}
        for cut in sorted(close, key=places.__getitem__):
            if all(_has(cut, word) or _slips(cut, word) for word in wanted):
                yield cut


def _folded(text: str) -> tuple[str, ...]:
    return tuple(run for _, run in run_texts(text))


def _holds(cut: _Cut, wanted: tuple[str, ...]) -> bool:
    return all(_has(cut, word) for word in wanted)


def _has(cut: _Cut, word: str) -> bool:
    if word.isascii():
        return any(other.startswith(word) for other in cut.words)
    return len(word) >= SHORTEST_INSIDE and any(word in other for other in cut.words)


def _slips(cut: _Cut, word: str) -> bool:
    near = spellings(word) if _is_forgiven(word) else frozenset()
    return any(_is_forgiven(other) and not near.isdisjoint(spellings(other)) for other in cut.words)


def _is_forgiven(word: str) -> bool:
    return len(word) >= SHORTEST_FORGIVEN - 1 and word.isascii() and word.isalpha()
