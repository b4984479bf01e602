"""The running schema against the public contract: what clients may rely on is there, as promised."""

from pathlib import Path

from graphql import build_schema

from schema.export import sdl
from tests.schema.contract.comparison import differences, missing_parts

HERE = Path(__file__).parent
CONTRACT = build_schema((HERE / "contract.graphql").read_text(encoding="utf-8"))
RUNNING = build_schema(sdl())
MISSING = HERE / "missing.txt"


def test_what_is_missing_is_listed() -> None:
    """missing.txt names exactly the parts not served yet: it can only shrink, line by line."""
    listed = [line for line in MISSING.read_text(encoding="utf-8").splitlines() if line]
    missing = sorted(missing_parts(CONTRACT, RUNNING))

    assert sorted(set(missing) - set(listed)) == [], "these parts of the contract were lost"
    assert sorted(set(listed) - set(missing)) == [], "these parts are served now: strike them off missing.txt"
    assert listed == sorted(set(listed))


def test_what_is_served_is_as_promised() -> None:
    """Types, nullability, arguments and defaults."""
    assert sorted(differences(CONTRACT, RUNNING)) == []


def test_the_comparison_sees_each_kind_of_breach() -> None:
    """A check that finds nothing proves nothing: here is one breach of each kind."""
    promised = build_schema("""
        interface Node { id: ID! }
        type Query implements Node { id: ID! a(x: Int = 1, y: String): String! b: Int c: E }
        enum E { ONE TWO }
        input I { a: Int b: String! }
        type Gone { a: Int }
    """)
    broken = build_schema("""
        type Query { id: ID! a(x: Int = 2, z: Int!): String c: E }
        enum E { ONE }
        input I { a: Int! }
    """)

    assert sorted(missing_parts(promised, broken)) == [
        "E.TWO",
        "Gone",
        "I.b",
        "Node",
        "Query.a(y)",
        "Query.b",
    ]
    assert sorted(differences(promised, broken)) == [
        "I(a) is Int!, promised Int",
        "Query does not implement Node",
        "Query.a is String, promised String!",
        "Query.a(x) defaults to 2, promised 1",
        "Query.a(z) is required, and not promised",
    ]
