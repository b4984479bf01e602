"""What a search box offers: names that the caller may see, blocking points, words, policies and clauses."""

from typing import Any

from directory.access import Role
from directory.states import FirmStatus
from indexer.documents.blocking_point import blocking_point_document
from indexer.documents.firm import firm_document
from indexer.query.search import Document, Kind
from tests.factories import NOW, make_firm, make_point, make_profile
from tests.record.steps import keep
from tests.rulebooks import REFERENCE
from tests.schema.serving import Served

QUERY = "query($p: String!, $n: Int) { suggest(prefix: $p, first: $n) { text kind node { id } } }"


async def listed(served: Served, name: str, **changes: Any) -> str:
    """An entry in the record and in the index; the value is its id."""
    firm = make_firm(profile=make_profile(name=name), **changes)
    async with served.record.unit_of_work() as uow:
        kept = await uow.firms.add(firm, kind="firm:listed", actor="reviewer", at=NOW)
    body = firm_document(kept, REFERENCE, open_blockages=False)
    await served.services.search.put([Document(Kind.FIRM, kept.id, 1, body)])
    await served.services.search.refresh()
    return kept.id


async def suggested(served: Served, prefix: str, first: int = 8, token: str | None = None) -> list[Any]:
    """The texts with their kinds."""
    answer = await served.ask(QUERY, {"p": prefix, "n": first}, token=token)
    return [(one["text"], one["kind"], one["node"] is not None) for one in answer.data["suggest"]]


async def test_names_come_first_then_words(served: Served) -> None:
    """An entry of that name can be opened at once; a word is searched for."""
    await listed(served, "直播星球有限公司")

    found = await suggested(served, "直播")

    assert found[0] == ("直播星球有限公司", "firm", True)
    assert {kind for _, kind, _ in found[1:]} == {"term", "policy"}
    assert all("直播" in text for text, _, _ in found)


async def test_names_leave_room_for_words(served: Served) -> None:
    """However many entries begin alike."""
    for number in range(6):
        await listed(served, f"直播{number}号有限公司")

    kinds = [kind for _, kind, _ in await suggested(served, "直播", first=5)]

    assert kinds == ["firm", "firm", "term", "term", "term"]


async def test_an_entry_that_is_not_public_is_offered_to_nobody_else(served: Served) -> None:
    """A search box must not tell of it; its reviewers may search for it."""
    await listed(served, "青萍之末有限公司", status=FirmStatus.PENDING)

    assert await suggested(served, "青萍") == []
    reviewer = served.tokens.issue(Role.SUPERVISOR)
    assert await suggested(served, "青萍", token=reviewer) == [("青萍之末有限公司", "firm", True)]


async def test_an_entry_that_is_gone_is_not_offered(served: Served) -> None:
    """The index is behind the record for a moment."""
    await served.services.search.put(
        [
            Document(
                Kind.FIRM,
                "gone",
                1,
                firm_document(
                    make_firm(profile=make_profile(name="黄鹤楼有限公司")), REFERENCE, open_blockages=False
                ),
            )
        ]
    )

    assert await suggested(served, "黄鹤") == []


async def test_blocking_points_are_offered_by_their_titles(served: Served) -> None:
    """Behind the names, before the words; at most two."""
    points = [make_point(title=f"直播抽成缺少上限{number}", title_en="No ceiling") for number in range(3)]
    await keep(served.record, *points)
    bodies = [(point.id, blocking_point_document(point, REFERENCE)) for point in points]
    await served.services.search.put([Document(Kind.BLOCKING_POINT, id_, 1, body) for id_, body in bodies])

    kinds = [kind for _, kind, _ in await suggested(served, "直播")]

    assert kinds[:3] == ["blocking_point", "blocking_point", "term"]
    assert ("No ceiling", "blocking_point", True) in await suggested(served, "cieling")


async def test_policies_and_clauses_can_be_opened(served: Served) -> None:
    """By title, by number, by heading; each with its node."""
    assert ("中华人民共和国电子商务法", "policy", True) in await suggested(served, "电子商务法")
    assert [kind for _, kind, _ in await suggested(served, "发改高技〔2020〕1157")] == ["policy"]
    assert ("实施灵活就业激励计划", "clause", True) in await suggested(served, "灵活就业")


async def test_a_letter_wrong_is_forgiven(served: Served) -> None:
    """In names and in words, where nothing is spelled as typed."""
    await listed(served, "Glimmer Studio 微光")

    assert await suggested(served, "glimer") == [("Glimmer Studio 微光", "firm", True)]
    assert ("Douyin", "term", False) in await suggested(served, "douyn")


async def test_nothing_typed_offers_nothing(served: Served) -> None:
    """Blanks, marks and what is too short."""
    for prefix in ("", " ", "　", "!?", "\u200b", "a" * 5_000):
        assert await suggested(served, prefix) == []
