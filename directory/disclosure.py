"""
What statistics may tell those who are shown no single cases (统计披露控制): nothing that comes down to fewer than five.

- A count below `LEAST_SHOWN` is shown as 0, any other to the nearest five. The bound is eight and not five because the
  numbers of the groups have to keep the secret together: from "ten in all, in two groups of at most four" both groups
  would follow. With eight, what is hidden is anything from 0 to 7, and what is shown anything within two.
- A group that is hidden alone in its line of a table takes the smallest shown one of the line with it, so that the
  line's total does not give it away.
- Whatever else is told depends on the told counts alone. Rates are made of them, and only where both sides are told:
  seven of seventeen must not read as none. Medians and mean ratings need a group told as more than `LEAST_COMPARED`, so
  that their absence tells nothing new.
- A selection below `LEAST_SHOWN` is refused, an empty one too: a refusal must not tell one from the other. The number
  of hidden groups is rounded up to the next five, for the same reason, and groups that look equally large are in the
  order of their keys.

Sources: suppression below 5 with complements as in the OMOP suppression vignette of omopgenerics; rounding to 5 as in
the census tables of several statistical offices.

What is counted at all: for every caller the reports that this caller may find one by one, and no others. Counting reports
kept to agencies for the public too, rounded, would not be safe: whoever can make selections with a known number of
public reports in them can set the rounding so that one hidden report tips it. So the gate guards here what can be
counted in other ways as well; it is kept strict because figures are copied without what stood beside them, and because
firms reading statistics see reports of their own that others do not. Fixed rounding does not withstand arbitrarily many
questions (Dinur and Nissim, PODS 2003), which is the other reason why secret reports are not in these figures.

Comparing agencies is another matter: with fewer than `LEAST_COMPARED` reports one case decides over a rank, so medians,
rates and ratings by agency are withheld from everyone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

ROUNDED_TO = 5
LEAST_SHOWN = 8
LEAST_COMPARED = 10
# The least count that is told as more than `LEAST_COMPARED`.
LEAST_DERIVED = 13

Key = TypeVar("Key", bound=tuple[Any, ...])


def published(count: int) -> int:
    """The count as those see it who are shown no single cases."""
    return 0 if count < LEAST_SHOWN else ROUNDED_TO * round(count / ROUNDED_TO)


def published_number_of_groups(count: int) -> int:
    """How many groups are hidden, rounded up."""
    return -(-count // ROUNDED_TO) * ROUNDED_TO


def too_few(count: int) -> bool:
    """Whether a selection is refused."""
    return count < LEAST_SHOWN


def hidden_groups(counts: Mapping[Key, int]) -> frozenset[Key]:
    """The groups of a table to leave out, complements included; keys have one part a dimension, counts are not 0.

    Lines are the whole table for one dimension, and each row and each column for two.
    """
    hidden = {key for key, count in counts.items() if published(count) == 0}
    lines = _lines(list(counts))
    while added := {key for line in lines if (key := _smallest_shown(line, hidden, counts)) is not None}:
        hidden |= added
    return frozenset(hidden)


def _lines(keys: Sequence[Key]) -> list[list[Key]]:
    lines: dict[tuple[Any, ...], list[Key]] = defaultdict(list)
    for key in keys:
        for place in range(len(key)):
            lines[(place, *key[:place], *key[place + 1 :])].append(key)
    return list(lines.values())


def _smallest_shown(line: Sequence[Key], hidden: set[Key], counts: Mapping[Key, int]) -> Key | None:
    """The group that has to go with the only hidden one of its line; None where none has to, or none is left."""
    shown = [key for key in line if key not in hidden]
    if len(line) - len(shown) != 1 or not shown:
        return None
    return min(shown, key=lambda key: (counts[key], repr(key)))
