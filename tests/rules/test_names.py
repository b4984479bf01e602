"""Names of firms taken apart, and slips of the pen in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.names import NameParts, name_key, name_parts, place_names
from directory.spelling import LONGEST, one_slip_apart, sound_alike, spellings
from directory.text import fold
from seeds.reference import load_reference
from tests.strategies import chinese_words, hostile_texts

PLACES = place_names(load_reference().regions)


@pytest.mark.parametrize(
    "name",
    [
        "向妍服饰",
        "杭州向妍服饰有限公司",
        "浙江省杭州市向妍服饰有限责任公司",
        "向妍（杭州）服饰有限公司",
        "向妍服饰（个体工商户）",
        "向妍服飾旗艦店",
        "【官方】向妍服饰",
        " 向妍·服饰 店 ",
    ],
)
def test_one_shop_has_one_key(name: str) -> None:
    """Place, legal form, kind of outlet, traditional characters and punctuation do not make another name."""
    assert name_key(name, PLACES) == "向妍服饰"


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("北京小宇文化传媒有限公司", NameParts("小宇文化传媒", "小宇", frozenset({"文化传媒"}))),
        ("北京文化传媒有限公司", NameParts("文化传媒", "", frozenset({"文化传媒"}))),
        ("Xiaoyu Media Co., Ltd.", NameParts("xiaoyumedia", "xiaoyu", frozenset({"media"}))),
        ("Network Media Studio", NameParts("networkmedia", "", frozenset({"network", "media"}))),
        ("小宇Vlog工作室", NameParts("小宇vlog", "小宇", frozenset({"vlog"}))),
        ("", NameParts("", "", frozenset())),
    ],
)
def test_a_name_is_taken_apart(name: str, parts: NameParts) -> None:
    """Only the distinctive part says which firm it is; a name of generic words has none."""
    assert name_parts(name, PLACES) == parts


def test_the_order_of_english_words_does_not_matter_for_the_core() -> None:
    """The studio stands before or behind the name."""
    assert name_parts("Studio Lucky Cat").core == name_parts("Cat Lucky Studio").core


@pytest.mark.parametrize("name", ["和平鸽", "有限公司", "店", "杭州"])
def test_a_name_is_never_cut_to_nothing(name: str) -> None:
    """What looks like a place or form may be all there is."""
    assert len(name_key(name, PLACES)) >= min(2, len(name))


@given(hostile_texts)
def test_every_text_has_a_key(name: str) -> None:
    """Any name can be taken apart; the key is folded already."""
    key = name_key(name, PLACES)

    assert fold(key) == key
    assert not any(character.isspace() for character in key)


@pytest.mark.parametrize(("one", "two"), [("歌", "哥"), ("城", "成"), ("舍", "社"), ("柒", "七")])
def test_characters_of_one_sound_stand_close(one: str, two: str) -> None:
    """GB 2312 orders its common characters by pronunciation."""
    assert sound_alike(one, two)


@pytest.mark.parametrize(("one", "two"), [("歌", "场"), ("一", "二"), ("a", "b"), ("妈", "咪"), ("𠮷", "𠮷")])
def test_other_characters_do_not_sound_alike(one: str, two: str) -> None:
    """Neither other sounds, nor other scripts, nor rare characters."""
    assert not sound_alike(one, two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("云上牧歌", "云上牧哥"),
        ("老城根", "老成根"),
        ("老城根儿", "老城根"),
        ("山水之间", "山之水间"),
        ("moonlight", "moonlihgt"),
        ("greenleaf", "greenlaf"),
        ("shiguang", "shiguanh"),
    ],
)
def test_one_slip(one: str, two: str) -> None:
    """A character that sounds alike, one too few, two swapped; any letter in a Latin name."""
    assert one_slip_apart(one, two)
    assert one_slip_apart(two, one)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("云上牧歌", "云上牧场"),
        ("刘记面馆", "李记面馆"),
        ("小宇", "小雨"),
        ("锦里一店", "锦里二店"),
        ("老城根店", "老城根老店"),
        ("studio101", "studio102"),
        ("luna", "lumi"),
        ("云上牧歌", "云上哥牧场"),
        ("", "云"),
        ("x" * 30, "x" * 29),
    ],
)
def test_more_than_a_slip(one: str, two: str) -> None:
    """Another word, another surname, too short, a number, two slips, too long."""
    assert not one_slip_apart(one, two)
    assert not one_slip_apart(two, one)


@given(st.data(), chinese_words | st.text("abcde", min_size=3, max_size=LONGEST))
def test_two_names_a_slip_apart_share_a_spelling(data: st.DataObject, name: str) -> None:
    """So an index over spellings finds every pair."""
    place = data.draw(st.integers(0, len(name)))
    put = data.draw(st.sampled_from(["", "x", "哥", "歌"]))
    other = name[:place] + put + name[place + data.draw(st.integers(0, 1)) :]
    if name != other and one_slip_apart(name, other):
        assert spellings(name) & spellings(other)


@given(st.text("abc", min_size=3, max_size=9), st.integers(1, 7))
def test_two_names_with_neighbours_swapped_share_a_spelling(name: str, place: int) -> None:
    """The swap is the fourth kind of slip."""
    other = name[:place] + name[place : place + 2][::-1] + name[place + 2 :]

    assert spellings(name) & spellings(other)
