"""
Phrases (短语) out of the pieces of Chinese runs (`directory/terms.py`): of 违反社区、反社区规 and 社区规范 a reader wants
违反社区规范, not three cuts through it.

A piece of the longest kind is joined to another that goes on a character later, as long as every text that says the one
says the other: of what only some go on to say, the words around a phrase, nothing sticks to it. Shorter pieces need no
joining, for what they would make is a piece itself. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from directory.terms import LONGEST_PIECE

STEP = LONGEST_PIECE - 1
# Two words of Chinese that share so many characters at their ends are cuts through one phrase.
LEAST_SHARED = 2
# What is longer is a sentence that was copied, and is not read as a word.
LONGEST_PHRASE = 12


def phrases(ranked: Sequence[str], sayers: Mapping[str, Collection[int]]) -> list[str]:
    """The terms, the most telling first as given, pieces of one phrase joined to it, what cuts through a former one left out.

    `sayers` has for each of the terms the texts that say it. What is left out takes with it what is said only as a part of it.
    """
    told: list[str] = []
    left_out: list[str] = []
    for term in ranked:
        if any(cut_through(term, other) for other in told):
            left_out.append(term)
        elif not any(term in other and set(sayers[term]) == set(sayers[other]) for other in left_out):
            whole = _grown(term, sayers)
            told.append(term if any(cut_through(whole, other) for other in told) else whole)
    return told


def cut_through(one: str, other: str) -> bool:
    """Whether one of the words stands in the other, or one ends with the characters with which the other begins."""
    if one in other or other in one:
        return True
    if one.isascii() or other.isascii():
        return False
    shared = range(LEAST_SHARED, min(len(one), len(other)))
    return any(one[-size:] == other[:size] or other[-size:] == one[:size] for size in shared)


def _grown(seed: str, sayers: Mapping[str, Collection[int]]) -> str:
    """The longest phrase around the piece, to its right first."""
    if not _joins(seed):
        return seed
    phrase, used, saying = seed, {seed}, set(sayers[seed])
    for forward in (True, False):
        while len(phrase) < LONGEST_PHRASE:
            fitting = [
                piece
                for piece, those in sayers.items()
                if piece not in used
                and _joins(piece)
                and (piece[:STEP] == phrase[-STEP:] if forward else piece[-STEP:] == phrase[:STEP])
                and saying.issubset(those)
            ]
            if not fitting:
                break
            best = max(fitting)
            phrase = phrase + best[-1] if forward else best[0] + phrase
            used.add(best)
    return phrase


def _joins(piece: str) -> bool:
    return len(piece) == LONGEST_PIECE and not piece.isascii()
