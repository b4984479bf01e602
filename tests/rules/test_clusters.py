"""Which reports are gathered as having one cause."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from directory.clusters import LEAST_JOINED, clusters
from directory.likeness import GATHERED, Traits, likeness, weights_among

FEES = Traits(("抽成", "佣金", "议价"), "platform-fees")
FEES_TOO = Traits(("抽成", "佣金", "上限"), "platform-fees")
DEPOSIT = Traits(("保证金", "退还", "关店"), "platform-fees")
DEPOSIT_TOO = Traits(("保证金", "退还", "停播"), "platform-fees")
BOTH = Traits(("抽成", "保证金", "快递", "客服", "流量"), "platform-fees")
WORDS = st.lists(st.sampled_from("abcdefghij"), min_size=1, max_size=5, unique=True).map(tuple)
TOLD = st.dictionaries(
    st.text("0123456789", min_size=1, max_size=3),
    st.builds(Traits, WORDS, st.sampled_from("xyz")),
    max_size=14,
)


def gathered(**told: Traits) -> list[tuple[str, ...]]:
    """The ids of each cluster."""
    return [each.reports for each in clusters(told)]


def test_reports_with_one_cause_are_gathered() -> None:
    """Two causes in one category; what stands alone is in no cluster."""
    alone = Traits(("鲱鱼", "气味"), "other")
    found = clusters({"a": FEES, "b": DEPOSIT, "c": FEES_TOO, "d": DEPOSIT_TOO, "e": alone})
    assert [(each.reports, set(each.words)) for each in found] == [
        (("a", "c"), {"抽成", "佣金"}),
        (("b", "d"), {"保证金", "退还"}),
    ]


def test_a_report_like_two_causes_does_not_make_them_one() -> None:
    """It goes with one of them."""
    found = gathered(a=FEES, b=FEES_TOO, c=DEPOSIT, d=DEPOSIT_TOO, e=BOTH)
    assert sorted(map(len, found)) == [2, 3]
    assert {"a", "b"} <= set(found[0]) or {"c", "d"} <= set(found[0])


def test_the_same_category_alone_gathers_nothing() -> None:
    """Words have to be shared."""
    assert gathered(a=FEES, b=DEPOSIT) == gathered(a=FEES) == gathered() == []


@given(TOLD)
def test_the_order_of_the_reports_does_not_matter(told: dict[str, Traits]) -> None:
    """The same clusters; each report in one at most; the largest first."""
    found = clusters(told)
    assert clusters(dict(reversed(told.items()))) == found
    gathered = [id_ for each in found for id_ in each.reports]
    assert len(gathered) == len(set(gathered))
    sizes = [len(each.reports) for each in found]
    assert sizes == sorted(sizes, reverse=True)
    assert all(size > 1 for size in sizes)


@given(TOLD)
def test_no_two_clusters_are_left_that_are_alike_enough(told: dict[str, Traits]) -> None:
    """Over all pairs between any two the mean stays below the bar, reports that stand alone being clusters of one."""
    weights = weights_among([told[id_] for id_ in sorted(told)])
    found = [each.reports for each in clusters(told)]
    inside = {id_ for each in found for id_ in each}
    groups = [*found, *((id_,) for id_ in told if id_ not in inside)]
    for one, other in combinations(groups, 2):
        pairs = [likeness(told[a], told[b], weights, GATHERED) for a in one for b in other]
        assert sum(how.score for how in pairs if how) / len(pairs) < LEAST_JOINED + 1e-9
