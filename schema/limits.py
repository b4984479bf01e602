"""
What a query may ask for, measured in one walk before anything is validated or run.

The walk measures each fragment once and adds its weight wherever it is spread, so a chain of fragments that doubles at
each link is weighed, not unrolled. Cost counts the entries that may have to be read: a page of `first` counts `first`
times what each of its items costs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    ArgumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
)

from schema.errors import ApiCode, ApiError

QUERY_BYTES = 20_000
TOKENS = 1_000
DEPTH = 10
ALIASES = 30
DIRECTIVES = 50
FIELDS = 2_000
REPEATS = 30
COST = 1_000
PAGE = 100
DEFAULT_PAGE = 20

# How deep selections and fragments may stand in each other at all; the standard introspection query needs 15.
NESTING = 40
# An unpaged list of entries: firms have a few forms, blockages cite a few clauses.
ASSUMED_LIST = 5
COST_OF_SEARCH = 5
COST_OF_COMMAND = 10
# Statistics read no entry, but count many: the one for each row asked for, the other for each agency.
COST_OF_COUNTING = {
    "BlockageStatistics": 1,
    "ClauseBurden": 1,
    "AgencyPerformance": COST_OF_SEARCH,
    "ProposedBlockingPoint": COST_OF_SEARCH,
}
LONGEST_PAGE_LITERAL = 10
# What each time gives somebody new work to do, or makes us call at an address; other mutations act on what is there.
CREATIONS = frozenset(
    {
        "submitFirm",
        "reportBlockage",
        "joinBlockingPoint",
        "raiseObjection",
        "subscribeByMail",
        "createWebhook",
        "testWebhook",
        "replayDelivery",
    }
)
# The argument of a field that answers a list, item by item.
NAMES = "names"


Sizes = tuple[tuple[str, int | None], ...]
"""The variables of a request, by name: a number, the length of a list, None for anything else."""


@dataclass(frozen=True, slots=True)
class Weight:
    """What a selection weighs, with every fragment counted as often as it is spread."""

    depth: int = 0
    aliases: int = 0
    directives: int = 0
    fields: int = 0
    cost: int = 0
    creations: int = 0
    repeats: int = 0

    def beside(self, other: Weight) -> Weight:
        """The weight of both, standing next to each other."""
        return Weight(
            max(self.depth, other.depth),
            self.aliases + other.aliases,
            self.directives + other.directives,
            self.fields + other.fields,
            self.cost + other.cost,
            self.creations + other.creations,
            self.repeats + other.repeats,
        )


def check(weight: Weight) -> None:
    """Raises: ApiError QUERY_TOO_COMPLEX, naming the first limit that the weight passes."""
    for key, found, limit in (
        ("query.too_deep", weight.depth, DEPTH),
        ("query.too_many_aliases", weight.aliases, ALIASES),
        ("query.too_many_directives", weight.directives, DIRECTIVES),
        ("query.too_many_fields", weight.fields, FIELDS),
        ("query.too_many_repeats", weight.repeats, REPEATS),
        ("query.too_costly", weight.cost, COST),
    ):
        if found > limit:
            raise ApiError(ApiCode.QUERY_TOO_COMPLEX, key, found=found, limit=limit)


def page_size(first: int | None, default: int = DEFAULT_PAGE) -> int:
    """The page size asked for, or the default. Raises: ApiError BAD_USER_INPUT, outside 1 to 100."""
    if first is None:
        return default
    if not 1 <= first <= PAGE:
        raise ApiError(ApiCode.BAD_USER_INPUT, "query.page_size", argument="first", limit=PAGE)
    return first


def sizes_of(variables: Mapping[str, Any] | None) -> Sizes:
    """What of the variables can matter to a weight."""
    return tuple((name, _size_of(value)) for name, value in sorted((variables or {}).items()))


def _size_of(value: Any) -> int | None:
    if isinstance(value, list):
        return len(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


class Scale:
    """Weighs one operation. What the schema does not know weighs nothing: validation speaks of it."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        sizes: Sizes,
    ) -> None:
        """`sizes` are those of the variables sent with the operation."""
        self._schema = schema
        self._fragments = fragments
        self._sizes = dict(sizes)
        self._defaults: dict[str, ValueNode | None] = {}
        self._weighed: dict[str, Weight] = {}
        self._weighing: set[str] = set()
        self.selections_walked = 0
        self.introspects = False

    def weigh(self, operation: OperationDefinitionNode) -> Weight:
        """The operation's weight. Raises: ApiError, for circles, absurd nesting and page sizes out of range."""
        self._defaults = {
            definition.variable.name.value: definition.default_value
            for definition in operation.variable_definitions or ()
        }
        root = self._schema.get_root_type(operation.operation)
        weight = self._of_set(operation.selection_set, root, nesting=1)
        return weight.beside(Weight(directives=len(operation.directives or ())))

    def _of_set(self, selected: SelectionSetNode, parent: GraphQLNamedType | None, *, nesting: int) -> Weight:
        if nesting > NESTING:
            raise ApiError(ApiCode.QUERY_TOO_COMPLEX, "query.too_deep", found=nesting, limit=DEPTH)
        total = Weight(repeats=_repeats(selected))
        for selection in selected.selections:
            self.selections_walked += 1
            weight = Weight()
            if isinstance(selection, FieldNode):
                weight = self._of_field(selection, parent, nesting)
            elif isinstance(selection, InlineFragmentNode):
                weight = self._of_inline(selection, parent, nesting)
            elif isinstance(selection, FragmentSpreadNode):
                weight = self._of_fragment(selection.name.value, nesting)
            total = total.beside(weight).beside(Weight(directives=len(selection.directives or ())))
        return total

    def _of_inline(self, inline: InlineFragmentNode, parent: GraphQLNamedType | None, nesting: int) -> Weight:
        condition = inline.type_condition
        inside = self._schema.get_type(condition.name.value) if condition else parent
        return self._of_set(inline.selection_set, inside, nesting=nesting + 1)

    def _of_fragment(self, name: str, nesting: int) -> Weight:
        if name in self._weighing:
            raise ApiError(ApiCode.GRAPHQL_VALIDATION_FAILED, "query.cyclic")
        if (known := self._weighed.get(name)) is not None:
            return known
        if (fragment := self._fragments.get(name)) is None:
            return Weight()
        self._weighing.add(name)
        inside = self._schema.get_type(fragment.type_condition.name.value)
        weight = self._of_set(fragment.selection_set, inside, nesting=nesting + 1)
        self._weighing.discard(name)
        self._weighed[name] = weight
        return weight

    def _of_field(self, field: FieldNode, parent: GraphQLNamedType | None, nesting: int) -> Weight:
        name = field.name.value
        own = Weight(depth=1, aliases=1 if field.alias else 0, fields=1)
        if name in ("__schema", "__type"):
            self.introspects = True
        if field.selection_set is None:
            return own
        definition = _field_of(parent, name)
        inside = get_named_type(definition.type) if definition else None
        below = self._of_set(field.selection_set, inside, nesting=nesting + 1)
        if name.startswith("__"):
            # The reference of an explorer is deeper than any query for data, and costs no reads.
            return Weight(1, below.aliases, below.directives, below.fields + 1, repeats=below.repeats)
        cost = 0
        if definition is not None:
            cost = self._count(field, definition, parent) * (_cost_of(inside, parent) + below.cost)
        return Weight(
            own.depth + below.depth,
            own.aliases + below.aliases,
            below.directives,
            own.fields + below.fields,
            cost,
            repeats=below.repeats,
            creations=1 if _is_mutation(parent) and name in CREATIONS else 0,
        )

    def _count(self, field: FieldNode, definition: GraphQLField, parent: GraphQLNamedType | None) -> int:
        """How many items the field may give: its page, the ids it is asked for, or a guess for an unpaged list."""
        arguments = {argument.name.value: argument for argument in field.arguments or ()}
        if "first" in definition.args:
            return self._page(arguments.get("first"), definition.args["first"].default_value)
        if "ids" in definition.args:
            return self._length(arguments.get("ids"))
        if NAMES in definition.args:
            # The field itself says that there are too many, and where.
            return min(self._given(arguments.get(NAMES)), PAGE)
        if _is_list(definition.type) and not _is_connection(parent):
            return ASSUMED_LIST
        return 1

    def _page(self, argument: ArgumentNode | None, default: object) -> int:
        asked = self._size(argument.value) if argument else None
        if asked is not None:
            return page_size(asked)
        return default if isinstance(default, int) else DEFAULT_PAGE

    def _length(self, argument: ArgumentNode | None) -> int:
        length = self._given(argument)
        if length > PAGE:
            raise ApiError(ApiCode.BAD_USER_INPUT, "query.page_size", argument="ids", limit=PAGE)
        return length

    def _given(self, argument: ArgumentNode | None) -> int:
        return max(1, (self._size(argument.value) if argument else None) or 1)

    def _size(self, node: ValueNode | None) -> int | None:
        """A number, or the length of a list; None for anything else, which then has the field's own default."""
        if isinstance(node, VariableNode):
            name = node.name.value
            return self._sizes[name] if name in self._sizes else self._size(self._defaults.get(name))
        if isinstance(node, IntValueNode):
            return int(node.value) if len(node.value) <= LONGEST_PAGE_LITERAL else PAGE + 1
        return len(node.values) if isinstance(node, ListValueNode) else None


def _repeats(selected: SelectionSetNode) -> int:
    """How often a field stands in the set again under the same name: it is answered once, yet merged each time."""
    names = [(each.alias or each.name).value for each in selected.selections if isinstance(each, FieldNode)]
    return len(names) - len(set(names))


def _field_of(parent: GraphQLNamedType | None, name: str) -> GraphQLField | None:
    if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
        fields: Mapping[str, GraphQLField] = parent.fields
        return fields.get(name)
    return None


def _cost_of(inside: GraphQLNamedType | None, parent: GraphQLNamedType | None) -> int:
    if _is_mutation(parent):
        return COST_OF_COMMAND
    if _is_connection(inside):
        return COST_OF_SEARCH
    if isinstance(inside, GraphQLObjectType) and inside.interfaces:
        return 1
    if inside is not None and inside.name in COST_OF_COUNTING:
        return COST_OF_COUNTING[inside.name]
    return 1 if isinstance(inside, GraphQLInterfaceType) else 0


def _is_mutation(parent: GraphQLNamedType | None) -> bool:
    return parent is not None and parent.name == "Mutation"


def _is_connection(named: GraphQLNamedType | None) -> bool:
    return named is not None and named.name.endswith("Connection")


def _is_list(type_: object) -> bool:
    return isinstance(type_.of_type if isinstance(type_, GraphQLNonNull) else type_, GraphQLList)
