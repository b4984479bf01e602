"""Files of reports, sent and fetched over HTTP as anyone."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx2

from tests.journeys.reports import Report, Reports
from tests.journeys.stage import Person, Stage
from tests.rules.evidence_files import PDF

FILES = """evidence { key name mediaType sizeBytes sha256 addedBy addedAt publishedAt withdrawnAt downloadPath
    redactionCopy { key name publishedAt downloadPath } }"""
PUBLISHED = "publishedEvidence { key name addedBy publishedAt downloadPath redactionCopy { key } }"


def _headers(stage: Stage, who: Person) -> dict[str, str]:
    token = stage.token_of(who)
    return {"authorization": f"Bearer {token}"} if token else {}


async def upload(
    stage: Stage,
    who: Person,
    report: Report,
    content: Any = PDF,
    *,
    name: str = "结算单.pdf",
    redacts: str | None = None,
    **headers: str,
) -> httpx2.Response:
    """What the address answers to a file."""
    query = f"?name={quote(name)}" + (f"&redacts={redacts}" if redacts else "")
    async with stage.served.client() as client:
        return await client.post(
            f"/evidence/{report['reference']}{query}",
            content=content,
            headers={**_headers(stage, who), **headers},
        )


async def kept(reports: Reports, who: Person, report: Report, **given: Any) -> str:
    """The key of a file that was taken; the report carries its present version afterwards."""
    response = await upload(reports.stage, who, report, **given)
    assert response.status_code == 201, response.text
    report.update(await reports.read(who, report, "version"))
    return str(response.json()["evidence"]["key"])


async def fetch(stage: Stage, who: Person, key: str) -> httpx2.Response:
    """What the address of a file answers."""
    async with stage.served.client() as client:
        return await client.get(f"/evidence/{key}", headers=_headers(stage, who))


def codes(response: httpx2.Response) -> list[tuple[str, list[str] | None]]:
    """The codes of a refusal, each with the place that it is about; it speaks both languages."""
    errors = response.json()["errors"]
    assert all(one["extensions"]["messages"].keys() == {"zh", "en"} for one in errors)
    return [(one["extensions"]["code"], one["extensions"].get("argument")) for one in errors]
