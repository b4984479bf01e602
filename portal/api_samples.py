"""The explorer's examples (示例) as programs: the same query by curl, in Python and in JavaScript, ready to run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from shlex import quote
from typing import Any

import orjson
from graphql import OperationDefinitionNode, OperationType, parse

from schema.app import EXPLORER
from schema.enums import Language


@dataclass(frozen=True, slots=True)
class Sample:
    """A query that anyone may ask; `number` is its place among the explorer's examples, from 1."""

    number: int
    titles: Mapping[Language, str]
    query: str
    variables: Mapping[str, Any]

    def curl(self, endpoint: str) -> str:
        """For a shell with curl 7.18 or newer."""
        given = [f"query={self.query}"]
        if self.variables:
            given.append(f"variables={_json(self.variables)}")
        lines = [
            f"curl --silent --show-error --get {quote(endpoint)}",
            "--header 'Accept: application/json'",
            *(f"--data-urlencode {quote(one)}" for one in given),
        ]
        return " \\\n  ".join(lines)

    def python(self, endpoint: str) -> str:
        """For Python 3, with its standard library alone."""
        query = self.query.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
        return f'''import json
import urllib.request

query = """
{query}
"""
variables = {dict(self.variables)!r}

body = json.dumps({{"query": query, "variables": variables}}).encode()
request = urllib.request.Request({endpoint!r}, body, {{"Content-Type": "application/json"}})
with urllib.request.urlopen(request) as answer:
    print(json.dumps(json.load(answer), ensure_ascii=False, indent=2))'''

    def javascript(self, endpoint: str) -> str:
        """For a module in browsers, and for Node.js 18 or newer."""
        query = self.query.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
        return f"""const query = `
{query}
`;
const variables = {_json(self.variables)};

const answer = await fetch({json.dumps(endpoint)}, {{
  method: "POST",
  headers: {{ "Content-Type": "application/json" }},
  body: JSON.stringify({{ query, variables }}),
}});
console.log(JSON.stringify(await answer.json(), null, 2));"""


@cache
def samples() -> Sequence[Sample]:
    """The examples that are queries, in the explorer's order."""
    every = orjson.loads((EXPLORER / "examples.json").read_bytes())
    return [
        Sample(
            number,
            {Language.ZH: one["zh"], Language.EN: one["en"]},
            one["query"].strip(),
            orjson.loads(one["variables"] or "{}"),
        )
        for number, one in enumerate(every, start=1)
        if _is_query(one["query"])
    ]


def _is_query(text: str) -> bool:
    operations = [one for one in parse(text).definitions if isinstance(one, OperationDefinitionNode)]
    return all(one.operation is OperationType.QUERY for one in operations)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
