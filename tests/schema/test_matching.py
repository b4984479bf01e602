"""A list of names matched against the entries: explained, the same as one by one, and no more than the caller may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from directory.duplicates import Candidate, candidates
from directory.entities import Firm
from directory.states import FirmStatus
from indexer.engines.embedded import EmbeddedEngine
from tests.factories import make_firm, make_profile
from tests.journeys.stage import OTHER_OWNER, PUBLIC, SUPERVISOR, Person, Stage, staged
from tests.record.steps import keep

QUERY = """query M($names: [NameToMatch!]!) { matchFirms(names: $names) {
    name candidates { score firm { name } reasons { code ours theirs } } } }"""
NAMES = ("向妍服饰", "云上牧歌农产品", "琥珀松塔直播", "小鱼Vlog", "锦书科技", "清汇播客文化")
ASKED = ("{}旗舰店", "杭州{}有限公司", "{}", "{}（个体工商户）", "深圳市{}", "{}工作室")
GENERIC = ("杭州文化传媒有限公司", "有限公司", "短视频工作室", "Media Ltd", "直播电商")

SPELLED = [form.format(name) for name in NAMES for form in ASKED] + list(GENERIC)
A_HUNDRED: list[dict[str, Any]] = [{"name": SPELLED[place % len(SPELLED)]} for place in range(100)]


@pytest_asyncio.fixture
async def books(tmp_path: Path, empty_record_url: str) -> AsyncIterator[Stage]:
    """A directory over each kind of record, with listed entries and one that the public does not see."""
    async with staged(tmp_path, empty_record_url, EmbeddedEngine(tmp_path / "index.db")) as running:
        await keep(running.record, *(entry(f"杭州{name}有限公司") for name in (*NAMES, "锦书网络")))
        await keep(running.record, entry("宁波青萍之末有限公司", status=FirmStatus.PENDING))
        yield running


def entry(name: str, **changes: Any) -> Firm:
    """An entry of that name, without a code of its own choosing."""
    return make_firm(profile=make_profile(name=name), **changes)


async def matched(books: Stage, *names: dict[str, Any], who: Person = PUBLIC) -> list[Any]:
    """What the names may mean."""
    found: list[Any] = (await books.ask(who, QUERY, names=list(names)))["matchFirms"]
    return found


async def test_a_hundred_names_at_once_are_as_a_hundred_alone(books: Stage) -> None:
    """The same candidates, scores and reasons, whatever else is asked for beside them."""
    together = await matched(books, *A_HUNDRED)
    alone = [found for each in A_HUNDRED for found in await matched(books, each)]

    assert together == alone
    assert sum(bool(found["candidates"]) for found in together) > 60


async def test_scores_that_hang_on_the_other_names_are_seen(
    books: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken twin scores an entry lower each time that a request meets it."""
    met: Counter[str] = Counter()

    def worse_each_time(*asked: Any, **options: Any) -> list[Candidate]:
        found = candidates(*asked, **options)
        met.update(each.id for each in found)
        return [replace(each, score=each.score / met[each.id]) for each in found]

    monkeypatch.setattr("schema.matching.queries.candidates", worse_each_time)
    asked = A_HUNDRED[: len(ASKED)]
    together = await matched(books, *asked)
    alone = []
    for each in asked:
        met.clear()
        alone += await matched(books, each)

    assert together[0] == alone[0]
    assert together != alone


async def test_words_that_many_names_share_match_nothing(books: Stage) -> None:
    """Place, trade and legal form say nothing of who a firm is."""
    found = await matched(books, *({"name": name} for name in GENERIC))

    assert [each["candidates"] for each in found] == [[]] * len(GENERIC)


async def test_a_candidate_says_why(books: Stage) -> None:
    """Each reason with both names."""
    (found,) = await matched(books, {"name": "  向妍服饰旗舰店 "})

    assert found["name"] == "向妍服饰旗舰店"
    assert found["candidates"] == [
        {
            "score": 0.9,
            "firm": {"name": "杭州向妍服饰有限公司"},
            "reasons": [{"code": "same_name", "ours": "向妍服饰旗舰店", "theirs": "杭州向妍服饰有限公司"}],
        }
    ]


async def test_a_code_finds_its_entry_under_any_name(books: Stage) -> None:
    """The code of the register is the strongest reason."""
    kept = make_firm(profile=make_profile(name="澜翼直播"))
    await keep(books.record, kept)

    (found,) = await matched(books, {"name": "另一个名字", "uscc": kept.profile.uscc, "region": "440300"})

    assert [each["firm"]["name"] for each in found["candidates"]] == ["澜翼直播"]
    assert found["candidates"][0]["reasons"][0]["code"] == "same_uscc"


async def test_an_entry_is_matched_for_those_who_may_see_it(books: Stage) -> None:
    """What is not public yet is there for reviewers only."""
    asked = {"name": "青萍之末"}

    assert [(await matched(books, asked, who=who))[0]["candidates"] for who in (PUBLIC, OTHER_OWNER)] == [
        [],
        [],
    ]
    (found,) = await matched(books, asked, who=SUPERVISOR)
    assert [each["firm"]["name"] for each in found["candidates"]] == ["宁波青萍之末有限公司"]


async def test_at_most_a_hundred_names_are_taken(books: Stage) -> None:
    """The refusal names the argument."""
    answer = await books.answer(PUBLIC, QUERY, names=[{"name": "向妍"}] * 101)

    (error,) = answer.content["errors"]
    assert (error["extensions"]["code"], error["extensions"]["argument"]) == ("TOO_LARGE", ["names"])


async def test_every_wrong_value_is_told_with_its_place(books: Stage) -> None:
    """All of them at once, each with its path."""
    wrong = [
        {"name": "好名字"},
        {"name": "长" * 201},
        {"name": "好名字", "uscc": "91330106MA2AAAAA1Y"},
        {"name": "好名字", "region": "999999"},
    ]

    answer = await books.answer(PUBLIC, QUERY, names=wrong)

    assert [error["extensions"]["argument"] for error in answer.content["errors"]] == [
        ["names", "1", "name"],
        ["names", "2", "uscc"],
        ["names", "3", "region"],
    ]
