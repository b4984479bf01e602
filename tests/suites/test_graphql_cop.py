"""What the scanner graphql-cop 1.15 looks for, asked of this API by the public and by each role."""

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from graphql import get_introspection_query

from directory.access import Role
from schema.identity import TOKEN_ROLES
from tests.schema.serving import Answer, Served

CALLERS: list[Role | None] = [None, *sorted(TOKEN_ROLES)]
JSON = {"content-type": "application/json"}
CONSOLES = ("/graphiql", "/playground", "/console", "/graphql/console", "/altair", "/voyager", "/graphql")
OVERLOADS = {
    "aliases": "query cop { " + " ".join(f"alias{n}: __typename" for n in range(101)) + " }",
    "directives": "query cop { __typename " + "@aa" * 10 + " @include(if: true)" * 51 + " }",
    "fields": "query cop { " + "__typename " * 501 + "}",
    "circular introspection": "query cop { __schema { types { fields { type { fields { type { fields { type { fields "
    "{ type { fields { type { fields { type { name } } } } } } } } } } } } } } }",
    "circular fragments": "query cop { ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
}


def caller(served: Served, role: Role | None) -> dict[str, str]:
    """Headers of that caller; None is the public."""
    if role is None:
        return {}
    agency = {"agency": "samr"} if role is Role.AGENCY else {}
    return {"authorization": f"Bearer {served.tokens.issue(role, **agency)}"}


async def asked(served: Served, role: Role | None, query: Any, **more: Any) -> Answer:
    """One request as that caller."""
    body = query if isinstance(query, list) else {"query": query, **more}
    return await served.send(json.dumps(body), headers={**JSON, **caller(served, role)})


@pytest.fixture(params=CALLERS, ids=str)
def role(request: pytest.FixtureRequest) -> Role | None:
    """Each caller in turn."""
    found: Role | None = request.param
    return found


@pytest.mark.parametrize("overload", OVERLOADS)
async def test_no_overload_is_run(served: Served, role: Role | None, overload: str) -> None:
    """A code and no data."""
    answer = await asked(served, role, OVERLOADS[overload])

    assert answer.codes
    assert "data" not in answer.content


async def test_batches_are_refused(served: Served, role: Role | None) -> None:
    """Ten queries in one request would be ten times the limits."""
    assert (await asked(served, role, [{"query": "query cop { __typename }"}] * 10)).status == 400


async def test_wrong_names_bring_no_suggestions(served: Served, role: Role | None) -> None:
    """A guess must not be helped."""
    answer = await asked(served, role, "query cop { __schema { directive } firmz { id } }")

    assert answer.codes
    assert "did you mean" not in json.dumps(answer.content).lower()


async def test_links_run_nothing(served: Served, role: Role | None) -> None:
    """Neither queries nor mutations by GET."""
    for query in ("query cop { __typename }", "mutation cop { __typename }"):
        path = f"/graphql?query={quote(query)}"
        assert (await served.send("", method="GET", path=path, headers=caller(served, role))).status == 405


async def test_forms_run_nothing(served: Served, role: Role | None) -> None:
    """A foreign page could send one without asking."""
    headers = {"content-type": "application/x-www-form-urlencoded", **caller(served, role)}
    answer = await served.send(urlencode({"query": "query cop { __typename }"}), headers=headers)

    assert answer.status == 415


@pytest.mark.parametrize("path", CONSOLES)
async def test_no_console_stands_at_the_usual_addresses(served: Served, role: Role | None, path: str) -> None:
    """The explorer has an address of its own, and its page runs nothing of anybody else's."""
    headers = {"accept": "text/html", **caller(served, role)}

    assert (await served.send("", method="GET", path=path, headers=headers)).status in (404, 405)


async def test_no_tracing_is_told(served: Served, role: Role | None) -> None:
    """Also when it is asked for: how long each resolver took is nobody's business."""
    answer = await asked(served, role, "query cop { __typename }", extensions={"tracing": True})

    assert set(answer.content["extensions"]) == {"cost", "costLimit"}


@pytest.mark.parametrize(
    "query", ["qwerty cop { abc }", "query cop { __typename", '{ node(id: "\\u0000") { id } }']
)
async def test_errors_tell_nothing_of_the_inside(served: Served, role: Role | None, query: str) -> None:
    """A code, a sentence in two languages, no trace."""
    answer = await asked(served, role, query)

    text = json.dumps(answer.content)
    assert all(word not in text for word in ("Traceback", "exception", "stacktrace", ".py", "debug"))
    assert all(
        set(error["extensions"]["messages"]) == {"zh", "en"} for error in answer.content.get("errors", [])
    )


async def test_the_public_cannot_ask_for_the_schema(served: Served) -> None:
    """It is a file, which costs nothing to send; who has signed in may ask, within the limits."""
    public = await asked(served, None, get_introspection_query())
    analyst = await asked(served, Role.ANALYST, get_introspection_query())

    assert public.codes == ["FORBIDDEN"]
    assert analyst.data["__schema"]["queryType"]["name"] == "Query"
