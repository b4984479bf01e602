"""
Phrases (短语) out of the pieces of Chinese runs (`directory/terms.py`): of 违反社区、反社区规 and 社区规范 a reader wants
违反社区规范, not three cuts through it.

Two of the longest pieces are joined where one goes on a character after the other and the same texts say both: shorter
ones need no joining, for what they would make is a piece itself. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from directory.terms import LONGEST_PIECE

STEP = LONGEST_PIECE - 1
# Two words of Chinese that share so many characters at their ends are cuts through one phrase.
LEAST_SHARED = 2
# What is longer is a sentence that was copied, and is not read as a word.
LONGEST_PHRASE = 12


def phrases(ranked: Sequence[str], sayers: Mapping[str, Collection[int]], least: int) -> list[str]:
    """The terms, the most telling first as given, pieces of one phrase joined to it, what cuts through a former one left out.

    `sayers` has for each of the terms the texts that say it; all pieces of a phrase are said by at least `least` of them.
    """
    told: list[str] = []
    for term in ranked:
        if not any(cut_through(term, other) for other in told):
            whole = _grown(term, sayers, least)
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


def _grown(seed: str, sayers: Mapping[str, Collection[int]], least: int) -> str:
    """The longest phrase around the piece, to its right first."""
    if not _joins(seed):
        return seed
    phrase, saying, used = seed, set(sayers[seed]), {seed}
    for forward in (True, False):
        while len(phrase) < LONGEST_PHRASE:
            fitting = [
                piece
                for piece in sayers
                if piece not in used
                and _joins(piece)
                and (piece[:STEP] == phrase[-STEP:] if forward else piece[-STEP:] == phrase[:STEP])
                and len(saying.intersection(sayers[piece])) >= least
            ]
            if not fitting:
                break
            best = max(fitting, key=lambda piece: (len(saying.intersection(sayers[piece])), piece))
            phrase = phrase + best[-1] if forward else best[0] + phrase
            saying.intersection_update(sayers[best])
            used.add(best)
    return phrase


def _joins(piece: str) -> bool:
    return len(piece) == LONGEST_PIECE and not piece.isascii()
