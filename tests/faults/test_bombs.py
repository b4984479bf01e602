"""Small queries that mean a great deal of work: refused before any of it is done."""

from __future__ import annotations

import pytest

from tests.faults.house import House


def doubling(fragments: int) -> str:
    """A chain of fragments in which each spreads the next one twice."""
    links = " ".join(
        f"fragment F{n} on Firm {{ a: blockages {{ nodes {{ reportedBy {{ ...F{n + 1} }} }} }} ...F{n + 1} }}"
        for n in range(fragments)
    )
    return f"{{ firms {{ nodes {{ ...F0 }} }} }} {links} fragment F{fragments} on Firm {{ name }}"


def spreading(fragments: int) -> str:
    """Fragments of nothing but two spreads of the next one: small enough to be read whole, 2^n wide."""
    links = "".join(f"fragment F{n} on Firm{{...F{n + 1} ...F{n + 1}}}" for n in range(fragments))
    return f"{{firms{{nodes{{...F0}}}}}}{links}fragment F{fragments} on Firm{{name}}"


BOMBS = {
    "95 doubling fragments": spreading(95),
    "95 doubling fragments with lists": doubling(95),
    "20 doubling fragments": spreading(20),
    "a fragment in itself": "{ viewer { ...F } } fragment F on Viewer { roles ...F }",
    "two fragments in each other": "{ viewer { ...A } } fragment A on Viewer { ...B } fragment B on Viewer { ...A }",
    "an unused circle": "{ viewer { roles } } fragment A on Viewer { ...B } fragment B on Viewer { ...A }",
    "5,000 deep": "{ viewer " * 5_000 + "}" * 5_000,
    "300 deep": "{ viewer " * 300 + "}" * 300,
    "5,000 inline fragments deep": "{ viewer { " + "... { " * 5_000 + "roles" + " }" * 5_002,
    "300 inline fragments deep": "{ viewer { " + "... { " * 300 + "roles" + " }" * 302,
    "a list 3,000 deep": "{ nodes(ids: " + "[" * 3_000 + "]" * 3_000 + ") { id } }",
    "a list 900 deep": "{ nodes(ids: " + "[" * 900 + ") { id } }",
    "a list 400 deep": "{ nodes(ids: " + "[" * 400 + "]" * 400 + ") { id } }",
    "an object 200 deep": "{ firms(filter: " + "{ text: " * 200 + "1" + " }" * 200 + ") { totalCount } }",
    "a type 400 deep": "query($a: " + "[" * 400 + "Int" + "]" * 400 + ") { viewer { roles } }",
    "10,000 aliases": "{" + " ".join(f"a{n}: __typename" for n in range(10_000)) + "}",
    "200 aliases": "{" + " ".join(f"a{n}:__typename" for n in range(200)) + "}",
    "one field 900 times": "{ viewer { " + "roles " * 900 + "} firms { nodes { " + "name " * 90 + "} } }",
    "10,000 directives": "{ viewer { roles " + "@skip(if: false) " * 10_000 + "} }",
    "100 directives": "{ viewer { roles " + "@skip(if: false) " * 100 + "} }",
    "1,000 operations": " ".join(f"query Q{n} {{ viewer {{ roles }} }}" for n in range(1_000)),
    "150 operations": " ".join(f"query Q{n}{{__typename}}" for n in range(150)),
    "a million comments": "#\n" * 500_000 + "{ viewer { roles } }",
    "9,000 comments": "#\n" * 9_990 + "{ viewer { roles } }",
    "a name of 15,000 letters": "{ " + "a" * 15_000 + " }",
    "a number of 15,000 digits": "{ firms(first: " + "9" * 15_000 + ") { totalCount } }",
    "a text of 15,000 escapes": '{ blockage(reference: "' + "\\u0000" * 2_500 + '") { id } }',
    "pages of pages": "{ firms(first: 100) { nodes { blockages(first: 100) { nodes { similar(first: 100) { id } } } } } }",
    "an introspection circle": "{ __schema { types { fields { type { fields { type { fields { type { name }}}}}}}}}",
    "a subscription": "subscription { changed { kind } }",
    "a lone surrogate": "{ viewer { roles } } # \ud83d",
    "a zero character": "{ viewer { roles } } \0",
}
# Cheap to read and to answer: they may be.
HARMLESS = {"9,000 comments", "a text of 15,000 escapes", "a lone surrogate"}


@pytest.mark.parametrize("bomb", BOMBS)
async def test_a_bomb_is_refused_or_harmless(unmoved: House, bomb: str) -> None:
    """The caller reads why; nothing ran, and the next caller is served."""
    answer = await unmoved.ask(BOMBS[bomb])

    assert answer.codes or bomb in HARMLESS
    assert "data" not in answer.content or bomb in HARMLESS
    assert set(answer.codes) <= {
        "QUERY_TOO_COMPLEX", "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "BAD_REQUEST", "TOO_LARGE",
        "BAD_USER_INPUT",
    }  # fmt: skip
