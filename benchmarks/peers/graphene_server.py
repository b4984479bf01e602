"""The searches by graphene, as its documentation would have it: POST /graphql."""

from typing import Any

import call
import graphene
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


class Term(graphene.ObjectType):
    code = graphene.String(required=True)


class Value(graphene.ObjectType):
    value = graphene.String(required=True)
    count = graphene.Int(required=True)


class Facet(graphene.ObjectType):
    values = graphene.List(graphene.NonNull(Value), required=True)


class Firm(graphene.ObjectType):
    entry_number = graphene.String(required=True)
    name = graphene.String()
    status = graphene.String(required=True)
    forms = graphene.List(graphene.NonNull(Term), required=True)
    region = graphene.Field(Term)


class Blockage(graphene.ObjectType):
    reference = graphene.String(required=True)
    title = graphene.String()
    status = graphene.String(required=True)
    severity = graphene.String()
    category = graphene.Field(Term)


class Firms(graphene.ObjectType):
    total_count = graphene.Int(required=True)
    nodes = graphene.List(graphene.NonNull(Firm), required=True)
    facets = graphene.List(graphene.NonNull(Facet), required=True)


class Blockages(graphene.ObjectType):
    total_count = graphene.Int(required=True)
    nodes = graphene.List(graphene.NonNull(Blockage), required=True)
    facets = graphene.List(graphene.NonNull(Facet), required=True)


def term(code: str | None) -> Term | None:
    return None if code is None else Term(code=code)


def firm(source: dict[str, Any]) -> Firm:
    return Firm(
        entry_number=source["entry_number"],
        name=source.get("name"),
        status=source["status"],
        forms=[term(code) for code in source.get("forms", ())],
        region=term(source.get("region")),
    )


def blockage(source: dict[str, Any]) -> Blockage:
    return Blockage(
        reference=source["reference"],
        title=source.get("title"),
        status=source["status"],
        severity=source.get("severity"),
        category=term(source.get("category")),
    )


def facets(answer: dict[str, Any]) -> list[Facet]:
    return [Facet(values=[Value(**value) for value in values]) for values in call.facets(answer)]


class Query(graphene.ObjectType):
    firms = graphene.Field(Firms, number=graphene.Int(required=True), first=graphene.Int(required=True))
    blockages = graphene.Field(
        Blockages, number=graphene.Int(required=True), first=graphene.Int(required=True)
    )

    async def resolve_firms(root, info, number: int, first: int) -> Firms:  # noqa: N805
        answer = await call.found(number)
        nodes = [firm(source) for source in call.sources(answer, first)]
        return Firms(total_count=call.total(answer), nodes=nodes, facets=facets(answer))

    async def resolve_blockages(root, info, number: int, first: int) -> Blockages:  # noqa: N805
        answer = await call.found(number)
        nodes = [blockage(source) for source in call.sources(answer, first)]
        return Blockages(total_count=call.total(answer), nodes=nodes, facets=facets(answer))


SCHEMA = graphene.Schema(query=Query)


async def graphql(request: Request) -> Response:
    asked = orjson.loads(await request.body())
    result = await SCHEMA.execute_async(asked["query"], variables=asked.get("variables"))
    content: dict[str, Any] = {"data": result.data}
    if result.errors:
        content["errors"] = [error.formatted for error in result.errors]
    return Response(orjson.dumps(content), media_type="application/json")


app = Starlette(routes=[Route("/graphql", graphql, methods=["POST"])])
