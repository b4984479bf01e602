"""A document that the engine refuses for good stops nobody: it becomes a dead letter (死信)."""

from __future__ import annotations

from typing import Any

import pytest

from directory.entities import load
from directory.errors import RecordUnavailable
from directory.record import selects
from indexer.replay import replay
from tests.indexer.office import EPOCH, Office, Squeamish
from tests.indexer.test_repair import unbuildable


async def test_one_refused_document_of_a_batch_leaves_the_others_searchable(office: Office) -> None:
    """The position moves on, and the letter says what the engine had against it."""
    firms = await office.firms(20)
    bad = firms[7]
    await office.seal()
    assert await office.follower(Squeamish(office.engine, {bad.id})).catch_up(EPOCH) == 20
    (letter,) = await office.record.dead_letters.page(first=10)
    assert (letter.kind, letter.id, letter.version) == ("firm", bad.id, 20)
    assert "surprise" in letter.reason
    status = await office.status()
    assert (status.documents, status.rejected, status.lag_seconds) == (19, 1, 0)


async def test_a_later_version_that_is_taken_clears_the_letter(office: Office) -> None:
    """Whoever mends the entry mends the index."""
    firm = await office.firm()
    await office.seal()
    await office.follower(Squeamish(office.engine, {firm.id})).catch_up(EPOCH)
    await office.rename(firm, "改好的名字")
    await office.carry()
    assert (await office.status()).rejected == 0
    assert await office.found("改好") == {firm.id}


async def test_a_rebuild_that_takes_the_document_clears_the_letter(office: Office) -> None:
    """As after the program was mended."""
    firm = await office.firm()
    await office.seal()
    await office.follower(Squeamish(office.engine, {firm.id})).catch_up(EPOCH)
    await office.rebuilt()
    assert (await office.status()).rejected == 0
    assert await office.differences() == []


async def test_a_letter_keeps_the_newest_refusal(office: Office) -> None:
    """One letter a document, however often it is refused."""
    firm = await office.firm()
    await office.seal()
    squeamish = Squeamish(office.engine, {firm.id})
    await office.follower(squeamish).catch_up(EPOCH)
    await office.rename(firm, "还是不行")
    await office.seal()
    await office.follower(squeamish).catch_up(EPOCH)
    (letter,) = await office.record.dead_letters.page(first=10)
    assert letter.version == 2


async def test_one_entry_that_cannot_be_built_stops_nobody(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One in 500: the others are found, and the letter says what and where, but nothing of the entry."""
    firms = await office.firms(500)
    bad = firms[321]
    with monkeypatch.context() as broken:
        unbuildable(broken, bad.id)
        assert await office.carry() == 500
    status = await office.status()
    assert (status.documents, status.rejected, status.lag_seconds) == (499, 1, 0)
    (letter,) = await office.record.dead_letters.page(first=10)
    assert (letter.kind, letter.id, letter.version) == ("firm", bad.id, 500)
    assert "KeyError" in letter.reason
    assert "tests.indexer.test_repair" in letter.reason
    assert bad.profile.name not in letter.reason
    mended = await replay(office.route())
    assert (mended.letters, mended.refused) == (1, 0)
    assert (await office.status()).documents == 500
    assert await office.differences() == []


async def test_one_entry_that_cannot_be_read_stops_nobody(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one kept by another version of the program; it is found by halving, with its reports."""
    firms = await office.firms(40)
    bad, reported = firms[17], firms[5]
    await office.report(bad)
    await office.report(reported)
    real = load
    reads = 0

    def failing(entity: Any, id_: str, *arguments: Any) -> Any:
        nonlocal reads
        reads += 1
        if id_ == bad.id:
            raise ValueError(f"a secret of {bad.profile.name}")
        return real(entity, id_, *arguments)

    with monkeypatch.context() as broken:
        broken.setattr(selects, "load", failing)
        assert await office.carry() == 42
        letters = await office.record.dead_letters.page(first=10)
    assert {letter.kind for letter in letters} == {"firm", "blockage"}
    assert bad.id in {letter.id for letter in letters}
    assert not any(bad.profile.name in letter.reason for letter in letters)
    assert (await office.status()).documents == 40
    assert (await replay(office.route())).refused == 0
    assert await office.differences() == []


async def test_a_record_that_does_not_answer_makes_no_dead_letters(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no fault of the documents: the step is repeated."""
    await office.firms(3)
    await office.seal()

    def failing(*arguments: Any) -> Any:
        raise RecordUnavailable("busy")

    with monkeypatch.context() as broken:
        broken.setattr(selects, "load", failing)
        with pytest.raises(RecordUnavailable):
            await office.follower().step(EPOCH)
    assert (await office.status()).rejected == 0
    assert await office.carry() == 3


async def test_replays_of_a_few_at_once_come_round_to_every_letter(office: Office) -> None:
    """What is refused again waits behind the others, so that it keeps none of them out."""
    firms = await office.firms(5)
    await office.seal()
    squeamish = Squeamish(office.engine, {firm.id for firm in firms})
    await office.follower(squeamish).catch_up(EPOCH)
    first = await replay(office.route(squeamish), most=2)
    done = [first, *[await replay(office.route(), most=2) for _ in range(3)]]
    assert [(each.letters, each.untried, each.refused) for each in done] == [
        (2, 3, 5),
        (2, 3, 3),
        (2, 1, 1),
        (1, 0, 0),
    ]
    assert (await office.status()).documents == 5


async def test_a_replay_keeps_the_letters_of_what_is_refused_again(office: Office) -> None:
    """With the newest reason."""
    firms = await office.firms(3)
    await office.seal()
    squeamish = Squeamish(office.engine, {firms[0].id, firms[1].id})
    await office.follower(squeamish).catch_up(EPOCH)
    squeamish.refused = {firms[1].id}
    done = await replay(office.route(squeamish))
    assert (done.letters, done.refused) == (2, 1)
    (letter,) = await office.record.dead_letters.page(first=10)
    assert letter.id == firms[1].id
    assert (await office.status()).documents == 2
