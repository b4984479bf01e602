"""The searches by Ariadne, as its documentation would have it: POST /graphql."""

from typing import Any

import call
from ariadne import QueryType, make_executable_schema
from ariadne.asgi import GraphQL
from starlette.applications import Starlette
from starlette.routing import Mount

SDL = """
type Query {
  firms(number: Int!, first: Int!): Firms!
  blockages(number: Int!, first: Int!): Blockages!
}
type Term { code: String! }
type Value { value: String! count: Int! }
type Facet { values: [Value!]! }
type Firm { entryNumber: String! name: String status: String! forms: [Term!]! region: Term }
type Blockage { reference: String! title: String status: String! severity: String category: Term }
type Firms { totalCount: Int! nodes: [Firm!]! facets: [Facet!]! }
type Blockages { totalCount: Int! nodes: [Blockage!]! facets: [Facet!]! }
"""

query = QueryType()


def term(code: str | None) -> dict[str, str] | None:
    return None if code is None else {"code": code}


def firm(source: dict[str, Any]) -> dict[str, Any]:
    return {
        "entryNumber": source["entry_number"],
        "name": source.get("name"),
        "status": source["status"],
        "forms": [term(code) for code in source.get("forms", ())],
        "region": term(source.get("region")),
    }


def blockage(source: dict[str, Any]) -> dict[str, Any]:
    return {
        "reference": source["reference"],
        "title": source.get("title"),
        "status": source["status"],
        "severity": source.get("severity"),
        "category": term(source.get("category")),
    }


def page(answer: dict[str, Any], nodes: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "totalCount": call.total(answer),
        "nodes": nodes,
        "facets": [{"values": values} for values in call.facets(answer)],
    }


@query.field("firms")
async def resolve_firms(_root: Any, _info: Any, number: int, first: int) -> dict[str, Any]:
    answer = await call.found(number)
    return page(answer, [firm(source) for source in call.sources(answer, first)])


@query.field("blockages")
async def resolve_blockages(_root: Any, _info: Any, number: int, first: int) -> dict[str, Any]:
    answer = await call.found(number)
    return page(answer, [blockage(source) for source in call.sources(answer, first)])


app = Starlette(routes=[Mount("/graphql", GraphQL(make_executable_schema(SDL, query)))])
