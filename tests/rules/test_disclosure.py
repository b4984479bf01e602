"""What statistics tell the public: attacks by differences, against the gate and against twins of it that are broken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.disclosure import LEAST_SHOWN, hidden_groups, published, published_number_of_groups, too_few
from tests.rules.differencing import MANY, Interval, Knowledge

Person = tuple[int, int, int]
Key = tuple[int, ...]
PEOPLE, ATTACKS, LEAST = 400, 1_000, 5
VALUES = (3, 6, 9)


@dataclass(frozen=True)
class Gate:
    """What an answer tells: counts rounded or not, groups hidden or not, and small selections refused or not."""

    say: Callable[[int], int]
    hide: Callable[[Mapping[Key, int]], frozenset[Key]]
    refuses: Callable[[int], bool]
    slack: int

    def possible(self, told: int) -> Interval:
        """What a told count can stand for."""
        return (0, LEAST_SHOWN - 1) if self.slack and not told else (told - self.slack, told + self.slack)


def only_small(counts: Mapping[Key, int]) -> frozenset[Key]:
    """Groups under five, without complements."""
    return frozenset(key for key, count in counts.items() if count < LEAST)


def under_five(count: int) -> bool:
    """Selections under five are refused."""
    return count < LEAST


GATE = Gate(published, hidden_groups, too_few, slack=2)
WITHOUT_ROUNDING = Gate(lambda count: count, hidden_groups, under_five, slack=0)
WITHOUT_COMPLEMENTS = Gate(lambda count: count, only_small, under_five, slack=0)


def drawn_people(chance: Random) -> list[Person]:
    """Reports with three attributes, unevenly spread: some combinations are rare."""
    return [tuple(min(chance.randrange(n), chance.randrange(n)) for n in VALUES) for _ in range(PEOPLE)]  # type: ignore[misc]


def attack(gate: Gate, chance: Random) -> list[int]:
    """The counts from 1 to 4 that a pair of selections, differing by one predicate, and their tables give away."""
    people = drawn_people(chance)
    one, other = chance.sample(range(len(VALUES)), 2)
    wide = [p for p in people if p[one] in chance.sample(range(VALUES[one]), VALUES[one] - 1)] or people
    without = chance.randrange(VALUES[other])
    narrow = [p for p in wide if p[other] != without]
    grouped = 3 - one - other
    truth = {
        **{("wide", v): n for v, n in _counted(wide, grouped).items()},
        **{("narrow", v): n for v, n in _counted(narrow, grouped).items()},
    }
    for value in range(VALUES[grouped]):
        truth[("gap", value)] = truth[("wide", value)] - truth[("narrow", value)]
    bounds: dict[object, Interval] = {}
    for name, chosen in (("wide", wide), ("narrow", narrow)):
        bounds |= _told(gate, name, {v: truth[(name, v)] for v in range(VALUES[grouped])}, len(chosen))
    bounds["gap"] = (0, MANY)
    bounds |= {("gap", value): (0, MANY) for value in range(VALUES[grouped])}
    sums: list[tuple[object, tuple[object, ...]]] = [
        (name, tuple((name, value) for value in range(VALUES[grouped]))) for name in ("wide", "narrow", "gap")
    ]
    sums += [(("wide", v), (("narrow", v), ("gap", v))) for v in range(VALUES[grouped])]
    sums.append(("wide", ("narrow", "gap")))
    known = Knowledge(bounds, sums).tightened()
    return [n for name, n in truth.items() if 0 < n < LEAST and known[name] == (n, n)]


def _counted(people: list[Person], place: int) -> dict[int, int]:
    counts = Counter(person[place] for person in people)
    return {value: counts[value] for value in range(VALUES[place])}


def _told(gate: Gate, name: str, counts: Mapping[int, int], total: int) -> dict[object, Interval]:
    """What one answer bounds, for an attacker who somehow knows which groups are hidden for being small themselves."""
    if gate.refuses(total):
        return {name: (0, LEAST_SHOWN), **{(name, value): (0, LEAST_SHOWN) for value in counts}}
    there: dict[Key, int] = {(value,): count for value, count in counts.items() if count}
    hidden = gate.hide(there)
    bounds: dict[object, Interval] = {name: gate.possible(gate.say(total))}
    for value, count in counts.items():
        hides = (value,) in hidden or not count
        small = (0, LEAST_SHOWN - 1) if count < LEAST_SHOWN else (0, MANY)
        bounds[(name, value)] = small if hides else gate.possible(gate.say(count))
    return bounds


def test_a_thousand_pairs_of_selections_give_no_small_count_away() -> None:
    """Each pair differs by one predicate; the attacker takes totals and tables of both together."""
    chance = Random(20260702)
    assert [found for _ in range(ATTACKS) if (found := attack(GATE, chance))] == []


@pytest.mark.parametrize("broken", [WITHOUT_ROUNDING, WITHOUT_COMPLEMENTS], ids=["rounding", "complements"])
def test_the_attack_breaks_a_gate_that_lacks_a_part(broken: Gate) -> None:
    """An attack that never succeeds proves nothing: without rounding, or without complements, it finds small counts."""
    chance = Random(20260702)
    assert sum(len(attack(broken, chance)) for _ in range(100)) > 10


def test_complements_alone_keep_the_totals_of_one_table() -> None:
    """A total less the groups shown leaves more than one group, in each row and each column."""
    chance = Random(1)
    for _ in range(200):
        table = {(a, b): n for a in range(4) for b in range(4) if (n := chance.choice((0, 1, 3, 9, 20, 40)))}
        hidden = hidden_groups(table)
        for place in (0, 1):
            for value in range(4):
                line = [key for key in table if key[place] == value]
                assert len(hidden.intersection(line)) != 1 or len(line) == 1


@given(st.integers(0, 10_000))
def test_a_told_count_is_within_two_of_the_truth_or_hides_up_to_seven(count: int) -> None:
    """And never shows a count from 1 to 7."""
    told = published(count)
    assert told % 5 == 0
    assert abs(told - count) <= 2 if told else count < LEAST_SHOWN
    assert told >= 10 or told == 0


def test_two_small_groups_do_not_follow_from_their_sum() -> None:
    """Of ten or so in two hidden groups, neither is known: that is why counts are shown from eight on, not from five."""
    bounds: dict[object, Interval] = {"both": GATE.possible(published(8)), "a": (0, 7), "b": (0, 7)}
    known = Knowledge(bounds, [("both", ("a", "b"))]).tightened()
    assert known["a"] == known["b"] == (1, 7)


def test_the_number_of_hidden_groups_is_rounded_up() -> None:
    """Twelve groups of one each in a total of twelve would be known otherwise."""
    assert [published_number_of_groups(n) for n in (0, 1, 5, 6, 12)] == [0, 5, 5, 10, 15]


def test_a_selection_is_refused_whether_it_is_small_or_empty() -> None:
    """So that a refusal does not tell that there is a report at all."""
    assert [too_few(n) for n in (0, 1, 7, 8)] == [True, True, True, False]
