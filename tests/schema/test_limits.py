"""What a query may ask for: weighed in one walk, refused before it is validated or run."""

from collections.abc import Mapping
from typing import Any

import pytest
from graphql import OperationDefinitionNode, build_schema, get_introspection_query, parse
from hypothesis import given
from hypothesis import strategies as st

from directory.access import Role
from schema.documents import fragments_of, operation_of
from schema.errors import ApiError
from schema.limits import ALIASES, COST, DEPTH, DIRECTIVES, REPEATS, Scale, Weight, check, sizes_of
from tests.schema.serving import Served

SHOP = build_schema("""
    interface Node { id: ID! }
    type Query { firm: Firm firms(first: Int = 20): FirmConnection! nodes(ids: [ID!]!): [Node]! label: String!
        match(names: [String!]!): [Firm!]! }
    type Mutation { submit: Payload! }
    type Payload { firm: Firm }
    type FirmConnection { edges: [FirmEdge!]! nodes: [Firm!]! totalCount: Int! }
    type FirmEdge { node: Firm! }
    type Firm implements Node {
        id: ID! name: String! forms: [Term!]! partner: Firm partners: [Firm!]!
        reports(first: Int = 10): ReportConnection!
    }
    type Term { label: String! }
    type ReportConnection { nodes: [Report!]! }
    type Report implements Node { id: ID! firm: Firm! }
""")


def scale(query: str, variables: Mapping[str, Any] | None = None) -> tuple[Scale, OperationDefinitionNode]:
    """The scale for a query's document, and its operation."""
    document = parse(query)
    return Scale(SHOP, fragments_of(document), sizes_of(variables)), operation_of(document, None)


def weigh(query: str, variables: Mapping[str, Any] | None = None) -> Weight:
    """The weight of a query's only operation."""
    weighed, operation = scale(query, variables)
    return weighed.weigh(operation)


def doubling(fragments: int) -> str:
    """A chain in which each fragment spreads the next one twice: unrolled, 2^fragments fields."""
    links = "".join(
        f"fragment F{n} on Firm {{ a: partner {{ ...F{n + 1} }} b: partner {{ ...F{n + 1} }} }} "
        for n in range(fragments)
    )
    return f"{{ firm {{ ...F0 }} }} {links} fragment F{fragments} on Firm {{ name }}"


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        ("{ label }", 0),
        ("{ firm { name } }", 1),
        ("{ firm { forms { label } } }", 1),
        ('{ match(names: ["a", "b", "c"]) { name } }', 3),
        ("query($n: [String!]! = []) { match(names: $n) { name } }", 1),
        ("{ firm { partners { name } } }", 6),
        ("{ firms { nodes { name } } }", 20 * (5 + 1)),
        ("{ firms(first: 3) { edges { node { name } } } }", 3 * (5 + 1)),
        ("{ firms(first: 2) { nodes { reports(first: 4) { nodes { firm { name } } } } } }", 2 * (5 + 1 + 4 * (5 + 1 + 1))),
        ("{ nodes(ids: [1, 2, 3]) { id } }", 3),
        ("mutation { submit { firm { name } } }", 11),
        ("{ __schema { types { name } } }", 0),
    ],
)  # fmt: skip
def test_cost_counts_the_entries_that_may_be_read(query: str, cost: int) -> None:
    """A page costs its size times what one of its items costs; labels and numbers cost nothing."""
    assert weigh(query).cost == cost


@pytest.mark.parametrize(
    ("variables", "size"), [({"n": 7}, 7), ({}, 50), ({"n": None}, 20), ({"n": "x"}, 20), ({"n": True}, 20)]
)
def test_a_page_size_in_a_variable_counts_as_sent(variables: dict[str, Any], size: int) -> None:
    """Its default where nothing is sent; the field's own for null or for what is no number."""
    query = "query($n: Int = 50) { firms(first: $n) { nodes { name } } }"

    assert weigh(query, variables).cost == size * 6


@pytest.mark.parametrize("first", ["-1", "0", "101", "2147483647", "9" * 400])
def test_a_page_size_out_of_range_is_refused(first: str) -> None:
    """From 1 to 100, as a literal or a variable."""
    with pytest.raises(ApiError, match="between 1 and 100"):
        weigh(f"{{ firms(first: {first}) {{ nodes {{ name }} }} }}")
    if len(first) < 20:
        with pytest.raises(ApiError, match="between 1 and 100"):
            weigh("query($n: Int) { firms(first: $n) { nodes { name } } }", {"n": int(first)})


@pytest.mark.parametrize("ids", [["x"] * 101])
def test_more_ids_than_a_page_are_refused(ids: list[str]) -> None:
    """Also when they come in a variable."""
    with pytest.raises(ApiError, match="`ids` must be between 1 and 100"):
        weigh("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": ids})


def test_each_fragment_is_walked_once() -> None:
    """A chain of 30 doubling fragments is 2^31 fields unrolled, and 3 selections a fragment to walk."""
    weighed, operation = scale(doubling(15))

    weight = weighed.weigh(operation)

    assert weight.aliases == 2**16 - 2
    assert weight.fields == 1 + (2**16 - 2) + 2**15
    assert weighed.selections_walked == 2 + 15 * 4 + 1


@given(
    st.integers(0, 3).flatmap(
        lambda n: st.tuples(
            st.just(n), st.lists(st.sampled_from(["name", "a: name", "id"]), min_size=1, max_size=4)
        )
    )
)
def test_a_spread_weighs_as_much_as_what_it_spreads(shape: tuple[int, list[str]]) -> None:
    """Fragments are a way of writing: unrolled by hand, the query weighs the same."""
    deep, fields = shape
    body = " ".join(fields)
    inside = f"{'partner { ' * deep}{body}{' }' * deep}"

    spread = weigh(f"{{ firm {{ ...F }} other: firm {{ ...F }} }} fragment F on Firm {{ {inside} }}")

    assert spread == weigh(f"{{ firm {{ {inside} }} other: firm {{ {inside} }} }}")


@given(st.data())
def test_no_document_makes_the_walk_longer_than_itself(data: st.DataObject) -> None:
    """However fragments spread each other: each selection that is written is looked at once."""
    count = data.draw(st.integers(1, 12))
    parts = []
    for number in range(count):
        later = st.integers(number + 1, count - 1) if number + 1 < count else st.nothing()
        spreads = data.draw(st.lists(later, max_size=4)) if number + 1 < count else []
        inside = " ".join(f"a{at}: partner {{ ...F{target} }}" for at, target in enumerate(spreads))
        parts.append(f"fragment F{number} on Firm {{ name {inside} }}")
    weighed, operation = scale(f"{{ firm {{ ...F0 }} }} {' '.join(parts)}")

    weighed.weigh(operation)

    written = 2 + sum(1 + 2 * part.count("partner") for part in parts)
    assert weighed.selections_walked <= written


def test_fragments_in_a_circle_are_refused() -> None:
    """They would never end."""
    with pytest.raises(ApiError, match="circle"):
        weigh("{ firm { ...A } } fragment A on Firm { ...B } fragment B on Firm { partner { ...A } }")


def test_fragments_that_only_nest_are_refused_too() -> None:
    """A chain of spreads without fields has no depth, and still must not exhaust the stack."""
    links = "".join(f"fragment F{n} on Firm {{ ...F{n + 1} }} " for n in range(200))

    with pytest.raises(ApiError, match="deep"):
        weigh(f"{{ firm {{ ...F0 }} }} {links} fragment F200 on Firm {{ name }}")


@pytest.mark.parametrize(
    ("weight", "word"),
    [
        (Weight(depth=DEPTH + 1), "deep"),
        (Weight(aliases=ALIASES + 1), "aliases"),
        (Weight(directives=DIRECTIVES + 1), "directives"),
        (Weight(cost=COST + 1), "costs"),
        (Weight(fields=2_001), "fields"),
        (Weight(repeats=REPEATS + 1), "repeats"),
    ],
)
def test_each_limit_is_named(weight: Weight, word: str) -> None:
    """The error says which limit, what was found and what is allowed."""
    with pytest.raises(ApiError, match=word) as refused:
        check(weight)

    assert (refused.value.extensions or {})["code"] == "QUERY_TOO_COMPLEX"


def test_the_limits_themselves_are_allowed() -> None:
    """A query at every limit passes."""
    check(Weight(DEPTH, ALIASES, DIRECTIVES, 2_000, COST, repeats=REPEATS))


BOMBS = {
    "a chain of doubling fragments": doubling(35),
    "10,000 aliased fields": "{" + " ".join(f"a{n}: viewer {{ roles }}" for n in range(10_000)) + "}",
    "300 aliases": "{" + " ".join(f"a{n}:__typename" for n in range(300)) + "}",
    "10,000 directives": "{ viewer " + "@skip(if: false) " * 10_000 + "{ roles } }",
    "60 directives": "{ viewer { roles " + "@skip(if: false) " * 60 + "} }",
    "5,000 deep": "{ viewer " * 5_000 + "}" * 5_000,
    "300 deep": "{ viewer " * 300 + "}" * 300,
    "12 deep": "{ clause(code: 1) { policy { clauses " * 4 + "{ code }" + "}" * 12,
    "a list 3,000 deep": "{ nodes(ids: " + "[" * 3_000 + "]" * 3_000 + ") { id } }",
    "1,000 operations": " ".join(f"query Q{n} {{ viewer {{ roles }} }}" for n in range(1_000)),
    "a million comments": "#\n" * 1_000_000 + "{ viewer { roles } }",
    "1,000 inline fragments": "{ viewer { " + "... { " * 320 + "roles" + " }" * 322,
    "circular introspection": "{ __schema { types { fields { type { fields { type { fields { type { name }}}}}}}}}",
}


@pytest.mark.parametrize("bomb", BOMBS)
async def test_a_bomb_is_refused_with_a_code(served: Served, bomb: str) -> None:
    """Whatever it is made of, the caller reads why, and nothing was run."""
    answer = await served.ask(BOMBS[bomb], token=served.tokens.issue())

    assert answer.status in (200, 400, 413)
    assert "data" not in answer.content
    assert set(answer.codes) <= {
        "QUERY_TOO_COMPLEX", "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "BAD_REQUEST", "TOO_LARGE",
    }  # fmt: skip


async def test_the_cost_is_told(served: Served) -> None:
    """So that a client can plan."""
    answer = await served.ask("{ policies { code issuers { code } } }")

    assert answer.content["extensions"] == {"cost": 5 * (1 + 5), "costLimit": COST}


async def test_an_explorer_may_read_the_whole_schema(served: Served) -> None:
    """The standard introspection query, for a signed-in caller."""
    query = get_introspection_query(descriptions=True, input_value_deprecation=True)

    answer = await served.ask(query, token=served.tokens.issue(Role.FIRM))

    assert answer.data["__schema"]["queryType"]["name"] == "Query"


async def test_the_public_reads_the_schema_as_a_file(served: Served) -> None:
    """Introspection is for signed-in callers; the text is there for all."""
    refused = await served.ask("{ __schema { types { name } } }")
    async with served.client() as client:
        text = (await client.get("/schema.graphql")).text

    assert refused.codes == ["FORBIDDEN"]
    assert "type Query {" in text


async def test_a_typename_is_no_introspection(served: Served) -> None:
    """Every client asks for it."""
    assert (await served.ask("{ __typename viewer { __typename } }")).data["__typename"] == "Query"
