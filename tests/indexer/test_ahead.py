"""Looking one ahead: the next batch is made while the present one is written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from indexer.ahead import one_ahead
from tests.conditions import eventually


class Source:
    """Numbers, and how many were asked for."""

    def __init__(self, count: int, fails_at: int | None = None) -> None:
        self.count = count
        self.fails_at = fails_at
        self.asked = 0

    async def __aiter__(self) -> AsyncIterator[int]:
        for number in range(self.count):
            self.asked += 1
            if number == self.fails_at:
                raise KeyError(number)
            await asyncio.sleep(0)
            yield number


@pytest.mark.parametrize("count", [0, 1, 2, 7])
async def test_everything_comes_once_and_in_order(count: int) -> None:
    """Whatever the length."""
    assert [each async for each in one_ahead(aiter(Source(count)))] == list(range(count))


async def test_one_more_is_made_while_one_is_worked_on_and_no_more() -> None:
    """The memory of an indexer does not grow with the record."""
    source = Source(9)
    async with aclosing(one_ahead(aiter(source))) as ahead:
        async for number in ahead:
            expected = min(number + 2, 9)
            await eventually(lambda expected=expected: source.asked == expected)  # type: ignore[misc]
            for _ in range(5):
                await asyncio.sleep(0)
            assert source.asked == expected


async def test_a_fault_comes_after_what_was_made_before_it() -> None:
    """In the place of the item that is missing."""
    ahead = one_ahead(aiter(Source(5, fails_at=2)))
    assert [await anext(ahead), await anext(ahead)] == [0, 1]
    with pytest.raises(KeyError):
        await anext(ahead)


async def test_who_stops_early_leaves_nothing_running() -> None:
    """What was on its way is called off."""
    source = Source(5)
    before = asyncio.all_tasks()
    async with aclosing(one_ahead(aiter(source))) as ahead:
        await anext(ahead)
        await eventually(lambda: source.asked == 2)
    assert asyncio.all_tasks() <= before
    assert source.asked == 2
