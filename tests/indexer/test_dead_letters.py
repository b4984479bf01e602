"""A document that the engine refuses for good stops nobody: it becomes a dead letter (死信)."""

from __future__ import annotations

from tests.indexer.office import EPOCH, Office, Squeamish


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
