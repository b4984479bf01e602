"""Near duplicates: found by key, explained, never by generic words alone."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.duplicates import (
    LIKELY_FROM,
    Identity,
    Reason,
    ReasonKind,
    blocking_keys,
    candidates,
    identifying_keys,
)
from directory.entities import dump
from directory.identities import described, described_in
from directory.names import place_names
from seeds.reference import load_reference
from tests.factories import make_firm, make_freelancer_profile, make_profile
from tests.strategies import hostile_texts

PLACES = place_names(load_reference().regions)
with (Path(__file__).parent / "data" / "duplicate_pairs.csv").open(encoding="utf-8", newline="") as file:
    PAIRS = list(csv.DictReader(file))


def identity(row: dict[str, str], side: str) -> Identity:
    platform, _, account = row[f"account_{side}"].partition("|")
    return Identity(
        id=side,
        name=row[f"name_{side}"],
        other_names=tuple(filter(None, [row[f"other_{side}"]])),
        uscc=row[f"uscc_{side}"] or None,
        region=row[f"region_{side}"] or None,
        accounts=((platform, account),) if platform else (),
    )


def is_found(row: dict[str, str]) -> bool:
    return bool(candidates(identity(row, "a"), [identity(row, "b")], places=PLACES))


def precision_and_recall(rows: Iterable[dict[str, str]]) -> tuple[float, float]:
    verdicts = [(row["same"] == "1", is_found(row)) for row in rows]
    right = sum(same and found for same, found in verdicts)
    return right / sum(found for _, found in verdicts), right / sum(same for same, _ in verdicts)


def test_the_labelled_pairs_are_told_apart() -> None:
    """Of what is shown nearly all is right, and nearly all there is is shown."""
    precision, recall = precision_and_recall(PAIRS)

    assert len(PAIRS) >= 120
    assert precision >= 0.95
    assert recall >= 0.9


def test_pairs_the_words_were_not_chosen_for_are_told_apart_too() -> None:
    """Written after the lists of trades and forms: a check that the lists are no list of the examples."""
    precision, recall = precision_and_recall(row for row in PAIRS if row["part"] == "held-out")

    assert precision >= 0.95
    assert recall >= 0.85


@pytest.mark.parametrize("row", PAIRS, ids=lambda row: f"{row['name_a']}-{row['name_b']}")
def test_what_is_shown_is_found_by_key_and_in_both_directions(row: dict[str, str]) -> None:
    """A pair that would be reported shares a blocking key, and either entry reports the other."""
    one, two = identity(row, "a"), identity(row, "b")

    shares_key = bool(blocking_keys(one, PLACES) & blocking_keys(two, PLACES))
    assert shares_key or not is_found(row)
    forth, back = candidates(one, [two], places=PLACES), candidates(two, [one], places=PLACES)
    assert [found.score for found in forth] == [found.score for found in back]


def test_a_candidate_says_why() -> None:
    """Strongest reason first, with both values; the account raises what the name alone would give."""
    entry = Identity("a", "杭州向妍服饰有限公司", accounts=(("taobao", "@向妍服饰"),))
    other = Identity("b", "向妍服饰", accounts=(("taobao", "向妍服饰"), ("weibo", "向妍")))

    (found,) = candidates(entry, [other], places=PLACES)

    assert found.id == "b"
    assert found.reasons == (
        Reason(ReasonKind.SAME_ACCOUNT, "@向妍服饰", "向妍服饰"),
        Reason(ReasonKind.SAME_NAME, "杭州向妍服饰有限公司", "向妍服饰"),
    )
    assert 0.95 < found.score <= 1


def test_a_brand_among_the_other_names_is_a_weaker_reason_than_the_name() -> None:
    """Another firm may sell under a brand."""
    entry = Identity("a", "杭州锦书科技有限公司", other_names=("云中锦书",))
    by_name = candidates(entry, [Identity("b", "锦书科技")], places=PLACES)[0]
    by_brand = candidates(entry, [Identity("c", "云中锦书")], places=PLACES)[0]

    assert by_brand.reasons[0].kind is ReasonKind.OTHER_NAME
    assert by_name.score > by_brand.score


def test_an_english_name_is_compared_with_a_chinese_entrys_english_name() -> None:
    """Both names of an entry count."""
    entry = Identity("a", "小宇（短视频账号）", name_en="Xiaoyu Studio")

    (found,) = candidates(entry, [Identity("b", "XIAOYU STUDIO CO., LTD.")], places=PLACES)

    assert found.reasons[0].kind is ReasonKind.SAME_NAME


def test_the_likeliest_come_first_and_no_more_than_asked_for() -> None:
    """Equal scores are in the order of ids; the entry itself is no candidate."""
    entry = Identity("a", "拾光影像", uscc="91310115FFFF0003XJ")
    others = [entry, *(Identity(f"n{index}", "拾光影像工作室") for index in (3, 1, 2))]
    others.append(Identity("u", "改名之后", uscc="91310115FFFF0003XJ"))

    assert [found.id for found in candidates(entry, others, places=PLACES, limit=3)] == ["u", "n1", "n2"]


def test_two_registered_firms_of_two_provinces_may_bear_one_name() -> None:
    """Unless they share more than the name."""
    one = Identity(
        "a", "阳光花店", uscc="92330108FFFF000131", region="330100", accounts=(("douyin", "阳光"),)
    )
    two = Identity("b", "阳光花店", uscc="92440106FFFF00048H", region="440100")

    assert candidates(one, [two], places=PLACES) == []
    same_account = Identity("b", two.name, uscc=two.uscc, region=two.region, accounts=one.accounts)
    assert candidates(one, [same_account], places=PLACES)


@pytest.mark.parametrize(
    "name",
    ["科技", "文化传媒", "工作室", "直播", "北京直播电商工作室", "Network Media", "China Media Studio Ltd"],
)
def test_generic_words_alone_give_no_key(name: str) -> None:
    """Nothing leads from one of them to another."""
    assert blocking_keys(Identity("a", name), PLACES) == frozenset()


def test_keys_stay_few() -> None:
    """A usual name has about ten, the longest about thirty."""
    assert len(blocking_keys(Identity("a", "杭州云上牧歌农产品有限公司"), PLACES)) <= 10
    assert len(blocking_keys(Identity("a", "一" + "微风吹过原野" * 30), PLACES)) <= 30


names = st.text("云上牧歌哥场小宇店文化", min_size=1, max_size=8) | st.text("abc ", min_size=1, max_size=10)
identities = st.builds(
    Identity,
    id=st.sampled_from(["x", "y", "z"]),
    name=names,
    name_en=st.none() | names,
    other_names=st.lists(names, max_size=2).map(tuple),
    uscc=st.none() | st.sampled_from(["92330108FFFF000131", "92440106FFFF00048H"]),
    region=st.none() | st.sampled_from(["330100", "440100"]),
    accounts=st.lists(st.tuples(st.just("douyin"), hostile_texts), max_size=1).map(tuple),
)


@given(identities, st.lists(identities, max_size=5))
def test_whatever_is_reported_shares_a_key_and_has_a_reason(entry: Identity, others: list[Identity]) -> None:
    """For any entries: scores in range and sorted, reasons given, found by key."""
    found = candidates(entry, others, places=PLACES)

    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    for one in found:
        assert LIKELY_FROM <= one.score <= 1
        assert one.reasons
        assert any(
            blocking_keys(entry, PLACES) & blocking_keys(other, PLACES)
            for other in others
            if other.id == one.id
        )


@pytest.mark.parametrize("row", PAIRS[:40], ids=lambda row: row["name_a"])
def test_the_keys_of_codes_and_accounts_are_among_those_of_near_duplicates(row: dict[str, str]) -> None:
    """With and without places, and none is missing."""
    entry = identity(row, "a")

    for places in (PLACES, frozenset[str]()):
        keys = blocking_keys(entry, places)
        assert identifying_keys(entry) == {key for key in keys if key.startswith(("uscc:", "account:"))}


def test_an_entry_is_described_the_same_by_its_state() -> None:
    """As it is kept, without making the entry of it."""
    person = make_firm(profile=make_freelancer_profile(other_names=("小光", "Light")), former_names=("旧名",))
    for firm in (person, make_firm(profile=make_profile(name_en="Shimmer"))):
        assert described_in(firm.id, dump(firm)) == described(firm.id, firm.profile, firm.former_names)
