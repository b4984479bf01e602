"""
Texts as the engines' indices hold them: tokens cut by the application, joined by spaces.

Both engines take the same runs (`directory/text.py`). Elasticsearch holds each Chinese character; the embedded engine
holds pairs of characters and each run's last one, because FTS5 walks short lists of pairs seven times faster than the
long lists of single characters (0.8 against 6.7 ms for 直播 in 50,000 documents). Stems, spellings of words and words
joined are marked, so that they are not taken for words: Elasticsearch holds them in fields of their own, FTS5 behind the
text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from operator import add

from directory.text import RunKind, run_texts, stem
from indexer.query.forgiveness import spellings
from indexer.query.synonyms import LONGEST_JOINED, MOST_JOINED, SHORTEST_JOINED

# Private characters: `runs` drops them from every text, so nothing typed or stored can be taken for them.
STEM_MARK = "\ue000"
GAP = "\ue001"
SPELLING_MARK = "\ue002"
JOINED_MARK = "\ue003"
# No text holds it.
NOTHING = "\ue004"
# Elasticsearch would cut longer ones in two, at 255.
LONGEST_WORD = 64
# Labels of codes come again in document after document: what they are cut into is kept.
LONGEST_KEPT = 64
MOST_KEPT = 16_384

Runs = Sequence[tuple[RunKind, str]]


def word_token(word: str) -> str:
    """The token of a word: its first 64 characters."""
    return word[:LONGEST_WORD]


def stem_token(word: str) -> str | None:
    """The token of the word's stem; None for what has no stem: numbers and words of other alphabets."""
    return STEM_MARK + word_token(stem(word)) if word.isascii() and word.isalpha() else None


def spelling_tokens(word: str) -> list[str]:
    """The tokens by which words near to this one are found, in order."""
    return [SPELLING_MARK + spelling for spelling in sorted(spellings(word))]


def joined_token(text: str) -> str:
    """The token of neighbouring words that spell `text` together."""
    return JOINED_MARK + text


def spelled_text(values: Iterable[str]) -> str:
    """The spellings of the words of the texts, and their neighbouring words joined, each once."""
    tokens: dict[str, None] = {}
    for value in values:
        tokens.update(dict.fromkeys((_kept_spelled if len(value) <= LONGEST_KEPT else _spelled)(value)))
    return " ".join(tokens)


def _spelled(value: str) -> tuple[str, ...]:
    runs = run_texts(value)
    spelled = [token for kind, text in runs if kind is RunKind.WORD for token in spelling_tokens(text)]
    return (*spelled, *map(joined_token, _joined(runs)))


_kept_spelled = lru_cache(maxsize=MOST_KEPT)(_spelled)


def _joined(runs: Runs) -> Iterator[str]:
    for count in range(2, MOST_JOINED + 1):
        for at in range(len(runs) - count + 1):
            window = runs[at : at + count]
            text = "".join(text for _, text in window)
            if SHORTEST_JOINED <= len(text) <= LONGEST_JOINED and all(k is RunKind.WORD for k, _ in window):
                yield text


def character_text(values: Iterable[str]) -> tuple[str, str]:
    """The texts by single Chinese characters and words, a gap where no phrase may pass; and the stems of their words."""
    tokens, stems = _cut(values, _by_characters)
    return " ".join(tokens), " ".join(stems)


def pair_text(values: Iterable[str]) -> str:
    """The texts by pairs of Chinese characters and words, a gap between two texts; the stems stand behind a gap."""
    tokens, stems = _cut(values, _by_pairs)
    return " ".join([*tokens, GAP, *stems] if stems else tokens)


def character_phrase(runs: Runs) -> str:
    """The tokens that stand one after the other where `runs` do, for `character_text`."""
    return " ".join(_by_characters(runs))


def pair_phrase(runs: Runs) -> tuple[str, bool]:
    """The same for `pair_text`, and whether the last token only begins one: a single Chinese character at the end."""
    found = _by_pairs(runs)
    kind, last = runs[-1]
    if kind is RunKind.CJK and len(last) > 1:
        # What follows the last pair may be the run's end or more of the run.
        found.pop()
    return " ".join(found), kind is RunKind.CJK and len(last) == 1


def _by_characters(runs: Runs) -> list[str]:
    tokens: list[str] = []
    after_cjk = False
    for kind, text in runs:
        if kind is RunKind.WORD:
            tokens.append(word_token(text))
            after_cjk = False
            continue
        if after_cjk:
            tokens.append(GAP)
        tokens.extend(text)
        after_cjk = True
    return tokens


def _by_pairs(runs: Runs) -> list[str]:
    tokens: list[str] = []
    for kind, text in runs:
        if kind is RunKind.WORD:
            tokens.append(word_token(text))
            continue
        tokens.extend(map(add, text, text[1:]))
        tokens.append(text[-1])
    return tokens


def _cut(values: Iterable[str], cut: Callable[[Runs], list[str]]) -> tuple[list[str], list[str]]:
    tokens: list[str] = []
    stems: list[str] = []
    for value in values:
        own, own_stems = (_kept_cut if len(value) <= LONGEST_KEPT else _cut_one)(value, cut)
        if tokens:
            tokens.append(GAP)
        tokens.extend(own)
        stems.extend(own_stems)
    return tokens, stems


def _cut_one(value: str, cut: Callable[[Runs], list[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    runs = run_texts(value)
    words = (stem_token(text) for kind, text in runs if kind is RunKind.WORD)
    return tuple(cut(runs)), tuple(token for token in words if token is not None)


_kept_cut = lru_cache(maxsize=MOST_KEPT)(_cut_one)
