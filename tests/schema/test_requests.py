"""Requests over HTTP: what is taken, and what is refused before anything runs (GraphQL over HTTP, RFC 8259)."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from directory.access import Role
from schema.services import ApiSettings
from tests.schema.serving import Served, serving

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
QUERY = json.dumps({"query": "{ viewer { roles } }"})


async def test_a_query_is_answered(served: Served) -> None:
    """The public asks who it is."""
    answer = await served.ask("{ viewer { subject roles } }")

    assert answer.status == 200
    assert answer.data == {"viewer": {"subject": None, "roles": ["PUBLIC"]}}


@pytest.mark.parametrize(
    "body",
    [
        b'"x"', b"null", b"3", b"[]", b"[1]", b"", b"true", b"{", b"\xff\xfe", b"\xef\xbb\xbf{}",
        '{"query":"{ viewer { roles } }"}'.encode("utf-16"),
        b"[" * 100_000, b'{"query":' + b"[" * 100_000,
        b'{"query":"{ viewer { roles } }","variables":{"n":' + b"9" * 5_000 + b"}}",
        b'{"query":"{ viewer { roles } }","variables":{"n":NaN}}',
        b'{"query":"{ viewer { roles } }","variables":{"n":1e999}}',
        b'{"query":3}', b'{"query":null}', b'{"query":""}', b'{"query":" "}', b"{}",
        b'{"query":"{ viewer { roles } }","variables":[]}',
        b'{"query":"{ viewer { roles } }","variables":"{}"}',
        b'{"query":"{ viewer { roles } }","operationName":3}',
        b'{"query":"{ viewer { roles } }","extensions":[]}',
        b'[{"query":"{ viewer { roles } }"}]',
    ],
)  # fmt: skip
async def test_a_body_that_is_no_request_is_refused(served: Served, body: bytes) -> None:
    """Not JSON in UTF-8, not an object, or with parts of the wrong type: 400, with a code, never a crash."""
    answer = await served.send(body)

    assert (answer.status, answer.codes) == (400, ["BAD_REQUEST"])


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("query A { viewer { roles } } query B { viewer { roles } }", None),
        ("query A { viewer { roles } }", "B"),
        ("fragment F on Viewer { roles }", None),
        ("subscription { changed { kind } }", None),
    ],
)
async def test_a_request_must_mean_one_operation(served: Served, query: str, name: str | None) -> None:
    """Several operations and no name, a name of none, or one that cannot be answered once."""
    answer = await served.ask(query, operationName=name)

    assert (answer.status, answer.codes) == (400, ["BAD_REQUEST"])


@pytest.mark.parametrize(
    "media_type",
    [
        None, "", "text/plain", "text/plainapplication/json", "application/x-www-form-urlencoded", "application/jsonp",
        "multipart/form-data; boundary=x", "application/json; charset=utf-16", "application/json, text/plain",
        "application/graphql", "application/graphql-response+json",
    ],
)  # fmt: skip
async def test_other_media_types_are_refused(served: Served, media_type: str | None) -> None:
    """A form on a foreign page can send none but these without asking first."""
    answer = await served.send(QUERY, headers={} if media_type is None else {"content-type": media_type})

    assert (answer.status, answer.codes) == (415, ["UNSUPPORTED_MEDIA_TYPE"])


@pytest.mark.parametrize(
    "media_type", ["application/json", "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"']
)
async def test_json_in_utf_8_is_taken(served: Served, media_type: str) -> None:
    """However the media type is spelt."""
    assert (await served.send(QUERY, headers={"content-type": media_type})).status == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_only_post_runs_anything(served: Served, method: str) -> None:
    """A link must not be able to run a query, let alone a command."""
    answer = await served.send("", method=method, path="/graphql?query={viewer{roles}}")

    assert (answer.status, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("accept", ["application/json", f"text/html, {GRAPHQL_JSON};q=0.9"])
async def test_a_program_may_ask_by_get(served: Served, accept: str) -> None:
    """Who names the media type of the answer is no link and no image; variables are an object as JSON."""
    query = "query Q($id: ID!) { viewer { roles } node(id: $id) { id } }"
    path = f"/graphql?query={quote(query)}&operationName=Q&variables={quote(json.dumps({'id': 'x'}))}"
    headers = {"accept": accept, "authorization": f"Bearer {served.tokens.issue(Role.ANALYST)}"}

    answer = await served.send("", method="GET", path=path, headers=headers)

    assert (answer.status, answer.data) == (200, {"viewer": {"roles": ["ANALYST"]}, "node": None})


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"accept": "*/*"},
        {"accept": "text/html,application/*;q=0.9"},
        {"accept": JSON, "cookie": "session=1"},
    ],
)
async def test_what_a_browser_sends_by_itself_runs_nothing(served: Served, headers: dict[str, str]) -> None:
    """Links, images and forms of foreign pages, and whatever brings its reader's cookies."""
    answer = await served.send("", method="GET", path="/graphql?query={viewer{roles}}", headers=headers)

    assert (answer.status, answer.headers["allow"]) == (405, "POST")


async def test_no_command_is_carried_out_by_get(served: Served) -> None:
    """Also beside a query, and also for a program."""
    text = (
        'query Q { viewer { roles } } mutation M { withdrawSubmission(input: {submissionId: "x", expectedVersion: 1}) '
        "{ errors { code } } }"
    )
    path = f"/graphql?query={quote(text)}&operationName="
    query, command = [
        await served.send("", method="GET", path=path + name, headers={"accept": JSON}) for name in "QM"
    ]

    assert query.status == 200
    assert (command.status, command.codes, command.headers["allow"]) == (405, ["METHOD_NOT_ALLOWED"], "POST")
    assert "data" not in command.content


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "query=",
        "query={viewer{roles}}&query={viewer{roles}}",
        "query={viewer{roles}}&variables=[1]",
        "query={viewer{roles}}&variables={",
        "query={viewer{roles}}&extensions=7",
    ],
)
async def test_a_wrong_address_is_the_callers_fault(served: Served, asked: str) -> None:
    """400 with a code, as for a wrong body."""
    answer = await served.send("", method="GET", path=f"/graphql?{asked}", headers={"accept": GRAPHQL_JSON})

    assert (answer.status, answer.codes) == (400, ["BAD_REQUEST"])


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        (GRAPHQL_JSON, GRAPHQL_JSON),
        (f"{GRAPHQL_JSON}, application/json;q=0.9", GRAPHQL_JSON),
        (f"{GRAPHQL_JSON};q=0.1, application/*;q=0.8", "application/json"),
    ],
)
async def test_the_answer_comes_as_the_caller_likes_it(served: Served, accept: str, media_type: str) -> None:
    """Both media types of GraphQL over HTTP, by the weights of the Accept header."""
    answer = await served.send(QUERY, headers={"content-type": "application/json", "accept": accept})

    assert answer.headers["content-type"] == f"{media_type}; charset=utf-8"


@pytest.mark.parametrize("accept", ["text/html", "application/json;q=0", "application/json; charset=utf-16"])
async def test_a_caller_who_takes_neither_is_told(served: Served, accept: str) -> None:
    """406, rather than an answer that cannot be read."""
    answer = await served.send(QUERY, headers={"content-type": "application/json", "accept": accept})

    assert (answer.status, answer.codes) == (406, ["NOT_ACCEPTABLE"])


@pytest.mark.parametrize("query", ["{ nothing }", "{ viewer", "query($a: Int!) { regions { code } }"])
@pytest.mark.parametrize(("accept", "status"), [(GRAPHQL_JSON, 400), ("application/json", 200)])
async def test_a_query_that_cannot_run_has_no_data(
    served: Served, query: str, accept: str, status: int
) -> None:
    """Its status follows the media type: only GraphQL's own tells it from an answer with data."""
    answer = await served.send(
        json.dumps({"query": query}), headers={"content-type": "application/json", "accept": accept}
    )

    assert answer.status == status
    assert "data" not in answer.content
    assert answer.codes


async def test_a_body_over_the_limit_is_refused_before_it_is_read(served: Served) -> None:
    """A declared length over a mebibyte."""
    answer = await served.send(b" " * (1 << 20) + b"{}")

    assert (answer.status, answer.codes, answer.headers["connection"]) == (413, ["TOO_LARGE"], "close")


@pytest.mark.parametrize("text", ["\\ud800", "a\\udfffb", "\\ud83d"])
async def test_half_a_character_is_mended(served: Served, text: str) -> None:
    """A cut emoji reaches neither the record nor the answer as something that cannot be written."""
    query = "query($v: String!) { terms(vocabulary: $v) { code } }"
    body = f'{{"query": {json.dumps(query)}, "variables": {{"v": "{text}"}}}}'

    answer = await served.send(body)

    assert answer.codes == ["BAD_USER_INPUT"]
    assert "\ufffd" in answer.content["errors"][0]["message"]


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "a/?x=", "localhost@evil", ""])
async def test_other_host_names_are_refused(served: Served, host: str) -> None:
    """A page that points its own name at this machine gets nothing."""
    answer = await served.send(QUERY, headers={"content-type": "application/json", "host": host})

    assert (answer.status, answer.codes) == (400, ["BAD_REQUEST"])


async def test_absurd_headers_are_refused(served: Served) -> None:
    """A hundred kilobytes of them."""
    answer = await served.send(QUERY, headers={"content-type": "application/json", "x": "x" * 100_000})

    assert (answer.status, answer.codes) == (431, ["TOO_LARGE"])


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/graphql"), ("GET", "/graphql"), ("GET", "/healthz"), ("GET", "/nowhere"), ("PUT", "/readyz")],
)
async def test_every_answer_carries_the_security_headers(served: Served, method: str, path: str) -> None:
    """Refusals and missing pages too."""
    headers = (await served.send(QUERY, method=method, path=path)).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


async def test_answers_are_private(served: Served) -> None:
    """No cache on the way keeps what one caller saw for the next."""
    headers = (await served.ask("{ viewer { roles } }")).headers

    assert headers["cache-control"] == "no-store"
    assert "Authorization" in headers["vary"]


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/graphql/", 404), ("/readyz", 405)])
async def test_refusals_are_json_too(served: Served, path: str, status: int) -> None:
    """One shape of errors for every client."""
    answer = await served.send(QUERY, method="POST", path=path)

    assert answer.status == status
    messages: dict[str, Any] = answer.content["errors"][0]["extensions"]["messages"]
    assert set(messages) == {"zh", "en"}


async def test_the_server_says_that_it_is_alive_and_ready(served: Served) -> None:
    """For whoever watches it."""
    alive = await served.send("", method="GET", path="/healthz")
    ready = await served.send("", method="GET", path="/readyz")

    assert alive.content == {"status": "ok"}
    assert ready.content["status"] == "ready"
    assert ready.content["recordPosition"] == "0"


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [("https://portal.example", "https://portal.example"), ("https://evil.example", None)],
)
async def test_a_page_of_a_named_origin_may_ask_from_a_browser(
    tmp_path: Path, origin: str, allowed: str | None
) -> None:
    """And no other: a browser asks first, and reads the answer in this header."""
    settings = ApiSettings(allowed_origins=("https://portal.example",))
    async with serving(tmp_path, settings) as served:
        asked_first = await served.send(
            "",
            method="OPTIONS",
            headers={
                "origin": origin,
                "access-control-request-method": "POST",
                "access-control-request-headers": "authorization, content-type",
            },
        )

    assert asked_first.headers.get("access-control-allow-origin") == allowed


async def test_without_named_origins_no_foreign_page_reads_an_answer(served: Served) -> None:
    """The usual case: the pages come from this server."""
    headers = {"content-type": "application/json", "origin": "https://evil.example"}

    answer = await served.send(QUERY, headers=headers)

    assert "access-control-allow-origin" not in answer.headers
