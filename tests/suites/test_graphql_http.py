"""The audits of GraphQL over HTTP that come with the package graphql-http (MIT), all of them."""

import asyncio
import json
from pathlib import Path

from directory.access import Role
from tests.schema.serving import Served, listening
from tests.servers.node import installed
from tests.servers.requirements import Absences

SUITE = Path(__file__).with_name("graphql_http")
AUDITS = 61


async def test_every_audit_of_graphql_over_http_is_passed(
    served: Served, node: Path, absences: Absences
) -> None:
    """What a server must, should and may do. The audits ask for parts of the schema, so they have signed in."""
    place = await asyncio.to_thread(absences.found_or_skipped, "node", lambda: installed(SUITE))
    token = served.tokens.issue(Role.ANALYST)
    async with listening(served.app) as url:
        audit = await asyncio.create_subprocess_exec(
            node, "audit.mjs", f"{url}/graphql", token, cwd=place, stdout=asyncio.subprocess.PIPE
        )
        told, _ = await audit.communicate()
    results = json.loads(told)

    assert len(results) == AUDITS
    assert [result for result in results if result["status"] != "ok"] == []
