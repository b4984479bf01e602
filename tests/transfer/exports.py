"""Asking for exports, and reading them."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, replace
from typing import Any

import httpx2

from directory.spreadsheets import unguarded
from schema.app import make_app
from tests.journeys.stage import Person, Stage
from tests.schema.serving import with_limits


@dataclass(frozen=True)
class Export:
    """A file that was exported."""

    response: httpx2.Response

    @property
    def codes(self) -> list[str]:
        """The codes of a refusal."""
        return [error["extensions"]["code"] for error in self.response.json()["errors"]]

    @property
    def lines(self) -> list[Any]:
        """The objects of an NDJSON file."""
        return [json.loads(line) for line in self.response.text.splitlines()]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The entries or reports of an NDJSON file; the test fails on one that was cut off."""
        first, *rows, last = self.lines
        assert first["snapshot"]["position"] == self.response.headers["x-log-position"]
        assert last == {"end": {"rows": len(rows)}}
        return rows

    @property
    def ids(self) -> list[str]:
        """The global ids, in order."""
        return [row["id"] for row in self.rows]

    @property
    def position(self) -> int:
        """The log position that the snapshot carries."""
        return int(self.response.headers["x-log-position"])

    @property
    def cells(self) -> list[dict[str, str]]:
        """The rows of a CSV file, as a spreadsheet holds them."""
        text = self.response.content.decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))

    @property
    def table(self) -> list[dict[str, str]]:
        """The rows of a CSV file as they were meant."""
        return [{name: unguarded(cell) for name, cell in row.items()} for row in self.cells]


async def export(stage: Stage, who: Person, file: str, content: Any = None, **headers: str) -> Export:
    """What the address answers; `content` is the body, as JSON unless it is bytes."""
    token = stage.token_of(who)
    given = {"content-type": "application/json", **headers}
    if token:
        given["authorization"] = f"Bearer {token}"
    body = content if isinstance(content, bytes) else json.dumps({} if content is None else content)
    async with stage.served.client() as client:
        return Export(await client.post(f"/export/{file}", content=body, headers=given))


def with_other_limits(stage: Stage, **limits: Any) -> Stage:
    """The same directory behind an API with other limits."""
    services = replace(stage.served.services, settings=with_limits(**limits))
    return replace(stage, served=replace(stage.served, services=services, app=make_app(services)))
