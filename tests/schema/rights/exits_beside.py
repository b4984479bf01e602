"""The ways out beside questions: what is exported, what saved searches find and tell, what subscriptions push."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from directory.access import Role
from newgrowth.matching import match_once
from tests.journeys.stage import Person, Stage
from tests.schema.serving import listening
from tests.schema.test_sockets import hear, introduced, subscribed
from tests.transfer.exports import export

SAVE = "mutation($input: SaveSearchInput!) { saveSearch(input: $input) { errors { code } } }"
FOUND = """{ viewer { savedSearches { name newMatches { totalCount nodes { reference title } } }
    notices { nodes { rule message } } } }"""
PUSHED = 'subscription { changed(after: "0") { position kind actor gone changes { field before after } } }'
# What `taken_away` exports, in order, after what was found anew and before what was pushed.
EXPORTED = (("firms", "ndjson"), ("blockages", "ndjson"), ("blockages", "csv"))
EXITS_BESIDE = ("found anew", *(f"{listing}.{form}" for listing, form in EXPORTED), "text.ndjson", "pushed")


async def awaiting(stage: Stage, who: Person, words: Sequence[str]) -> None:
    """Searches for the hidden words and for a kind of report, saved before there is anything to find."""
    if who.role is Role.PUBLIC:
        return
    wanted = [{"text": word} for word in words] + [{"categories": ["platform-fees"]}]
    for number, one in enumerate(wanted):
        answer = await stage.ask(who, SAVE, input={"name": f"订阅{number}", "filter": one})
        assert answer["saveSearch"]["errors"] == []


async def matched(stage: Stage) -> None:
    """Everything so far is looked through for saved searches: their owners' inboxes, webhooks and mail tell of it."""
    while await match_once(stage.served.services) is not None:
        continue


async def told_anew(stage: Stage, who: Person) -> Any:
    """What the person's saved searches found, and the inbox, of which webhooks and mail are made."""
    viewer = (await stage.ask(who, FOUND))["viewer"]
    searches = sorted(viewer["savedSearches"], key=lambda one: str(one["name"]))
    return searches, sorted(map(str, viewer["notices"]["nodes"]))


async def taken_away(stage: Stage, who: Person, words: Sequence[str]) -> list[Any]:
    """What the person exports: rows, or the refusal."""
    files = [await export(stage, who, f"{listing}.{form}") for listing, form in EXPORTED]
    files.append(await export(stage, who, "blockages.ndjson", {"filter": {"text": words[0]}}))
    return [
        file.codes
        if file.response.status_code != 200
        else file.rows
        if file.response.headers["content-type"].startswith("application/x-ndjson")
        else file.cells
        for file in files
    ]


async def pushed(stage: Stage, who: Person) -> list[Any]:
    """What a subscription to the feed pushes, up to the last position that the caller's page of the feed has."""
    feed = (await stage.answer(who, "{ changes { nodes { position } } }")).content.get("data")
    expected = len(feed["changes"]["nodes"]) if feed else 0
    if not expected:
        return []
    async with listening(stage.served.app) as url:
        address = url.replace("http://", "ws://") + "/graphql"
        async with connect(address, subprotocols=[Subprotocol("graphql-transport-ws")], proxy=None) as ws:
            await introduced(ws, stage.token_of(who))
            await subscribed(ws, PUSHED)
            return [(await hear(ws))["payload"] for _ in range(expected)]
