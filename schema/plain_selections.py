"""
Selections whose values are there at once, read in one go.

graphql-core takes every field of every object through its arguments, the path, the info and the completion of its value.
Of an attribute, and of what a resolver gives without waiting, nothing of that can be seen but in an error; so the objects of
a list, from the second on, are read by functions made once for their selection, and their resolvers are asked with arguments
and an info made once. Every other field, and every object of which anything is out of the ordinary (an error, a null where
none may be, a value that has to be waited for), is left to graphql-core: data, errors and nulls are its own. Resolvers must
not mind being asked again for that.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from inspect import isawaitable, iscoroutinefunction
from operator import attrgetter
from typing import Any, NamedTuple

from graphql import (
    GraphQLError,
    GraphQLField,
    GraphQLLeafType,
    GraphQLObjectType,
    GraphQLOutputType,
    Undefined,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.execution.collect_fields import FieldDetails, FieldDetailsList, GroupedFieldSet
from graphql.execution.executor import to_nodes
from graphql.execution.values import get_argument_values
from graphql.pyutils import Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types.field import StrawberryField

Finish = Callable[[Any], Any]
TYPENAME = "__typename"


class NotPlain(Exception):
    """Something that graphql-core has to see to."""


class Plan(NamedTuple):
    """How objects of one type are read under one selection: `rest` is left to graphql-core."""

    reads: tuple[tuple[str, Callable[[Any], Any]], ...]
    rest: GroupedFieldSet
    order: tuple[str, ...]

    def read(self, source: Any) -> dict[str, Any]:
        """The plain fields. Raises: whatever is out of the ordinary."""
        return {name: read(source) for name, read in self.reads}


class PlainSelections(StrawberryGraphQLCoreExecutionContext):
    """graphql-core's executor, with the plain part of a selection read by functions, unless `plain` is switched off."""

    plain = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._plans: dict[tuple[GraphQLObjectType, int], Plan | None] = {}

    def collect_and_execute_subfields(
        self,
        return_type: GraphQLObjectType,
        field_details_list: FieldDetailsList,
        path: Path,
        result: Any,
        position_context: Any,
    ) -> Any:
        """The object's fields; an awaitable where one of them is."""
        plan = self._plan(return_type, field_details_list)
        plain = None if plan is None else _read(plan, result)
        if plan is None or plain is None:
            return super().collect_and_execute_subfields(
                return_type, field_details_list, path, result, position_context
            )
        if not plan.rest:
            return plain
        rest: Any = self.execute_fields(return_type, result, path, plan.rest, position_context)
        if self.is_awaitable(rest):
            return _in_time(plan.order, plain, rest)
        return _in_order(plan.order, plain, rest)

    def _plan(self, type_: GraphQLObjectType, details: FieldDetailsList) -> Plan | None:
        """The plan for the selection; none for the first object of it, of which there may be no second."""
        if not self.plain:
            return None
        # The selection lives as long as the executor: collecting has kept it, so no other takes its id.
        key = (type_, id(details))
        if key not in self._plans:
            self._plans[key] = None
            return None
        if self._plans[key] is None:
            collected = self.collect_subfields(type_, details)
            self._plans[key] = self._made(type_, collected.grouped_field_set)
        return self._plans[key]

    def _made(self, type_: GraphQLObjectType, fields: GroupedFieldSet) -> Plan:
        reads = []
        rest = {}
        watched = self.middleware_manager is not None and self.middleware_manager.middlewares
        for name, details in fields.items():
            if not watched and (read := self._reader(type_, details)):
                reads.append((name, read))
            else:
                rest[name] = details
        return Plan(tuple(reads), rest, tuple(fields))

    def _reader(self, type_: GraphQLObjectType, details: FieldDetailsList) -> Finish | None:
        """How a field is read from its object; None for one that is no attribute."""
        node = details[0].node
        if node.name.value == TYPENAME:
            return lambda _source: type_.name
        field = type_.fields.get(node.name.value)
        if field is None:
            return None
        try:
            finish, get = self._finisher(field.type, details), self._getter(type_, field, details)
        except NotPlain:
            return None
        return lambda source: finish(get(source))

    def _getter(self, type_: GraphQLObjectType, field: GraphQLField, details: FieldDetailsList) -> Finish:
        """What takes the field's value from its object. Raises: NotPlain, for one that may have to be waited for."""
        declared = field.extensions.get("strawberry-definition")
        resolve = field.resolve
        if not isinstance(declared, StrawberryField) or resolve is None:
            raise NotPlain
        if getattr(resolve, "_is_default", False):
            return attrgetter(declared.python_name)
        if declared.is_async or iscoroutinefunction(resolve):
            raise NotPlain
        info = self.build_resolve_info(
            field, to_nodes(details), type_, Path(None, _name(details), type_.name)
        )
        arguments = self._arguments(field, details[0])

        def resolved(source: Any) -> Any:
            value = resolve(source, info, **arguments)
            if isawaitable(value):
                raise NotPlain
            return value

        return resolved

    def _arguments(self, field: GraphQLField, details: FieldDetails) -> dict[str, Any]:
        """The field's arguments, the same for each object. Raises: NotPlain, where they are wrong."""
        try:
            return get_argument_values(
                field,
                details.node,
                self.variable_values,
                details.fragment_variable_values,
                self.hide_suggestions,
            )
        except GraphQLError as wrong:
            raise NotPlain from wrong

    def _finisher(self, type_: GraphQLOutputType, details: FieldDetailsList) -> Finish:
        """What makes a value fit for the answer. Raises: NotPlain, for types that take more than that."""
        if is_non_null_type(type_):
            return _required(self._present(type_.of_type, details))
        present = self._present(type_, details)
        return lambda value: None if value is None else present(value)

    def _present(self, type_: GraphQLOutputType, details: FieldDetailsList) -> Finish:
        if is_leaf_type(type_):
            return _leaf(type_)
        if is_list_type(type_):
            return _each(self._finisher(type_.of_type, details))
        if is_object_type(type_) and type_.is_type_of is None:
            return self._object(type_, details)
        raise NotPlain

    def _object(self, type_: GraphQLObjectType, details: FieldDetailsList) -> Finish:
        collected = self.collect_subfields(type_, details)
        plan = self._made(type_, collected.grouped_field_set)
        if plan.rest:
            raise NotPlain
        return plan.read


def _read(plan: Plan, source: Any) -> dict[str, Any] | None:
    """The plain fields of an object; None where there are none, or where anything is out of the ordinary."""
    if not plan.reads:
        return None
    try:
        return plan.read(source)
    except Exception:
        return None


def _name(details: FieldDetailsList) -> str:
    """Under which name the field stands in the answer."""
    node = details[0].node
    return (node.alias or node.name).value


def _leaf(type_: GraphQLLeafType) -> Finish:
    coerce = type_.coerce_output_value

    def leaf(value: Any) -> Any:
        if (coerced := coerce(value)) is None or coerced is Undefined:
            raise NotPlain
        return coerced

    return leaf


def _each(finish: Finish) -> Finish:
    def each(values: Any) -> list[Any]:
        if not isinstance(values, (list, tuple)):
            raise NotPlain
        return [finish(value) for value in values]

    return each


def _required(finish: Finish) -> Finish:
    def required(value: Any) -> Any:
        if value is None:
            raise NotPlain
        return finish(value)

    return required


def _in_order(order: Sequence[str], plain: dict[str, Any], rest: dict[str, Any]) -> dict[str, Any]:
    """Both parts in the order of the selection; a field that the type does not have is in neither."""
    every = plain | rest
    return {name: every[name] for name in order if name in every}


async def _in_time(
    order: Sequence[str], plain: dict[str, Any], rest: Awaitable[dict[str, Any]]
) -> dict[str, Any]:
    return _in_order(order, plain, await rest)
