"""Every published example, sent by gql 4, a client that other people wrote: over HTTP and over a WebSocket."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from gql import Client, GraphQLRequest
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import TransportQueryError
from gql.transport.websockets import WebsocketsTransport
from graphql import OperationDefinitionNode, OperationType, build_schema, parse

from directory.access import Role
from tests.journeys.stage import staged_in
from tests.schema.serving import Served, listening
from tests.test_documents import EXAMPLES

ROOT = Path(__file__).parents[2]
SDL = (ROOT / "schema/schema.graphql").read_text("utf-8")
EXPLORER = json.loads((ROOT / "schema/static/explorer/examples.json").read_text("utf-8"))
# What an empty directory may say to an example: what it names is not there.
MISSING = {"NOT_FOUND", "GONE", "INVALID", "FORBIDDEN", "POSITION_UNKNOWN"}


def published() -> dict[str, tuple[str, Mapping[str, Any]]]:
    """Each operation of the manuals and of the explorer with its variables, by a name."""
    told: dict[str, tuple[str, Mapping[str, Any]]] = {
        str(each.id): (str(each.values[0]), {}) for each in EXAMPLES
    }
    for number, each in enumerate(EXPLORER, start=1):
        told[f"explorer-{number}"] = (each["query"], json.loads(each["variables"] or "{}"))
    return {name: each for name, each in told.items() if is_answered_once(each[0])}


def is_answered_once(text: str) -> bool:
    """Whether it is one query or mutation whose variables are all at hand."""
    operations = [each for each in parse(text).definitions if isinstance(each, OperationDefinitionNode)]
    return len(operations) == 1 and operations[0].operation is not OperationType.SUBSCRIPTION


PUBLISHED = published()


def transports(served: Served, url: str, role: Role) -> Mapping[str, Any]:
    """Both ways to ask, with the token where each takes it."""
    token = f"Bearer {served.tokens.issue(role, agency='samr')}"
    return {
        "http": AIOHTTPTransport(url=f"{url}/graphql", headers={"Authorization": token}),
        "ws": WebsocketsTransport(
            url=f"ws{url.removeprefix('http')}/graphql", init_payload={"Authorization": token}
        ),
    }


@pytest.mark.parametrize("way", ["http", "ws"])
async def test_every_published_example_is_answered(tmp_path: Path, way: str) -> None:
    """Each fits the published schema, and its answer comes in the form that the client expects."""
    answered: list[str] = []
    async with staged_in(tmp_path) as stage, listening(stage.served.app) as url:
        transport = transports(stage.served, url, Role.AGENCY)[way]
        async with Client(transport=transport, schema=build_schema(SDL)) as session:
            for name, (text, variables) in PUBLISHED.items():
                try:
                    await session.execute(GraphQLRequest(text, variable_values=dict(variables)))
                except TransportQueryError as refused:
                    codes = {error["extensions"]["code"] for error in refused.errors or ()}
                    assert codes <= MISSING, (name, codes)
                answered.append(name)

    assert answered == list(PUBLISHED)
    assert len(answered) >= 10
