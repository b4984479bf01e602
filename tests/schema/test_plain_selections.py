"""Plain selections read in one go: for any types, values and query the answer is graphql-core's own, errors and all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, ClassVar, Optional

import strawberry
from hypothesis import given, settings
from hypothesis import strategies as st
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from schema.plain_selections import PlainSelections
from tests.measure import FULL

LEAVES: Mapping[str, type] = {"int": int, "str": str, "bool": bool}
PROPER: Mapping[str, st.SearchStrategy[Any]] = {
    "int": st.integers(0, 9),
    "str": st.sampled_from(["茶", "tea", ""]),
    "bool": st.booleans(),
}
WAYS = ("attribute", "attribute", "resolver", "argument", "coroutine")
VARIABLES = {"yes": True, "no": False, "n": 1}


@dataclass(frozen=True)
class Drawn:
    """A field: a leaf's name or the number of an earlier type; how it is wrapped, and how its value is had."""

    kind: str | int
    many: bool
    required: bool
    items_required: bool
    way: str


World = Sequence[Sequence[Drawn]]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Types, each of whose fields are leaves or lead to the types before it."""

    def fields(number: int) -> st.SearchStrategy[list[Drawn]]:
        kinds = st.sampled_from([*LEAVES, *range(number)])
        flags = st.booleans()
        return st.lists(
            st.builds(Drawn, kinds, flags, flags, flags, st.sampled_from(WAYS)), min_size=1, max_size=4
        )

    return [draw(fields(number)) for number in range(draw(st.integers(1, 3)))]


def types_of(world: World) -> list[type]:
    """The world as types of Strawberry."""
    types: list[type] = []
    for number, fields in enumerate(world):
        space: dict[str, Any] = {"__annotations__": {}}
        for place, each in enumerate(fields):
            if each.way == "attribute":
                space["__annotations__"][f"f{place}"] = _annotated(each, types)
            else:
                space[f"f{place}"] = strawberry.field(_resolver(place, each.way, _annotated(each, types)))
        types.append(strawberry.type(type(f"T{number}", (), space)))
    return types


def _annotated(each: Drawn, types: Sequence[type]) -> Any:
    kind: Any = LEAVES[each.kind] if isinstance(each.kind, str) else types[each.kind]
    item = kind if each.items_required or not each.many else Optional[kind]  # noqa: UP045 - drawn
    whole = list[item] if each.many else item  # type: ignore[valid-type]
    return whole if each.required else Optional[whole]  # noqa: UP045


def _resolver(place: int, way: str, annotation: Any) -> Any:
    """What gives a value kept with the object, or raises it."""

    def now(self: Any) -> Any:
        value = getattr(self, f"v{place}")
        if isinstance(value, ValueError):
            raise value
        return value

    async def later(self: Any) -> Any:
        return now(self)

    def asked(self: Any, n: int = 1) -> Any:
        if n != 1:
            raise ValueError(n)
        return now(self)

    chosen: Any = {"resolver": now, "argument": asked, "coroutine": later}[way]
    chosen.__annotations__ = {"return": annotation, **({"n": int} if way == "argument" else {})}
    return chosen


def values(world: World, number: int) -> st.SearchStrategy[Any]:
    """Objects of a type, now and then with something in them that has no place there."""
    wrong = st.sampled_from([None, "x", 7, [], object(), ValueError("no")])

    def value(each: Drawn) -> st.SearchStrategy[Any]:
        one = PROPER[each.kind] if isinstance(each.kind, str) else values(world, each.kind)
        proper = st.lists(st.one_of(one, one, one, wrong), max_size=3) if each.many else one
        return st.integers(0, 9).flatmap(lambda odds: wrong if odds == 0 else proper)

    fields = {
        ("f" if each.way == "attribute" else "v") + str(place): value(each)
        for place, each in enumerate(world[number])
    }
    return st.fixed_dictionaries(fields).map(lambda given: SimpleNamespace(**given))


def selections(world: World, number: int) -> st.SearchStrategy[str]:
    """A selection of a type: aliases, repetitions, conditions, fragments and the type's name."""

    def selected(place: int) -> st.SearchStrategy[str]:
        each = world[number][place]
        below = st.just("") if isinstance(each.kind, str) else selections(world, each.kind)
        alias = st.sampled_from(["", "", f"a{number}{place}: "])
        when = st.sampled_from(["", "", "", "@include(if: $yes)", "@include(if: $no)", "@skip(if: $yes)"])
        argument = st.sampled_from(["", "(n: 1)", "(n: 2)", "(n: $n)"] if each.way == "argument" else [""])
        return st.builds(lambda a, n, w, b: f"{a}f{place}{n} {w} {b}", alias, argument, when, below)

    field = st.integers(0, len(world[number]) - 1).flatmap(selected)
    part = st.one_of(field, field, st.just("__typename"), field.map(lambda f: f"... on T{number} {{ {f} }}"))
    return st.lists(part, min_size=1, max_size=4).map(lambda parts: "{ " + " ".join(parts) + " }")


def schema_of(types: Sequence[type], executor: type[Any]) -> strawberry.Schema:
    """A schema whose roots are attributes too: one object of the last type, and several."""
    kind: Any = Optional[types[-1]]  # noqa: UP045
    space = {"__annotations__": {"one": kind, "many": Optional[list[kind]]}}  # noqa: UP045
    query = strawberry.type(type("Query", (), space))
    return strawberry.Schema(query=query, execution_context_class=executor)


@st.composite
def cases(draw: st.DrawFn) -> tuple[World, str, Any]:
    """A world, a query and the objects that it is asked about."""
    world = draw(worlds())
    last = len(world) - 1
    below = draw(selections(world, last))
    query = f"query ($yes: Boolean! = true, $no: Boolean! = false, $n: Int! = 1) {{ one {below} many {below} __typename }}"
    objects = values(world, last)
    given = SimpleNamespace(one=draw(objects), many=draw(st.lists(objects, max_size=4)))
    return world, query, given


async def answered(schema: strawberry.Schema, query: str, objects: Any) -> tuple[Any, list[Any]]:
    """Data and errors, the latter in any order: fields that are waited for end in any."""
    result = await schema.execute(query, variable_values=VARIABLES, root_value=objects)
    errors = [(error.path, error.message) for error in result.errors or ()]
    return result.data, sorted(errors, key=repr)


class Counting(PlainSelections):
    """An executor that tells which fields graphql-core had to resolve."""

    resolved: ClassVar[Counter[str]] = Counter()

    def execute_field(self, parent_type: Any, source: Any, details: Any, *given: Any) -> Any:
        """As ever, and counted."""
        self.resolved[f"{parent_type.name}.{details[0].node.name.value}"] += 1
        return super().execute_field(parent_type, source, details, *given)


async def test_only_the_first_of_many_alike_is_resolved_field_by_field() -> None:
    """Of the others what is waited for; and the one of which something is missing, as far as graphql-core comes."""
    given, awaited = (Drawn("str", False, True, True, way) for way in ("argument", "coroutine"))
    world = [[plain("str")], [plain("int"), plain(0), given, awaited]]
    objects = [
        SimpleNamespace(f0=number, f1=SimpleNamespace(f0="茶"), v2="tea", v3="cup") for number in range(10)
    ]
    objects[7].f1.f0 = None
    schema = schema_of(types_of(world), Counting)

    result = await schema.execute(
        "{ many { f0 f1 { f0 } f2(n: 1) f3 } }", root_value=SimpleNamespace(many=objects)
    )

    assert result.data is not None
    assert [one and one["f0"] for one in result.data["many"]] == [0, 1, 2, 3, 4, 5, 6, None, 8, 9]
    assert Counting.resolved == {"Query.many": 1, "T1.f0": 2, "T1.f1": 2, "T0.f0": 2, "T1.f2": 1, "T1.f3": 9}


def plain(kind: str | int) -> Drawn:
    """An attribute that is never null."""
    return Drawn(kind, many=False, required=True, items_required=True, way="attribute")


@given(cases())
@settings(max_examples=600 if FULL else 60)
async def test_answers_errors_and_nulls_are_graphql_cores_own(case: tuple[World, str, Any]) -> None:
    """Whatever is drawn."""
    world, query, objects = case
    types = types_of(world)
    expected = await answered(schema_of(types, StrawberryGraphQLCoreExecutionContext), query, objects)

    data, errors = await answered(schema_of(types, PlainSelections), query, objects)

    assert (data, errors) == expected
    # Equal dictionaries may differ in their order, which an answer has as well.
    assert repr(data) == repr(expected[0])
