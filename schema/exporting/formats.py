"""
A snapshot as bytes: NDJSON (one JSON object a line) for programs, CSV and XLSX for spreadsheets.

NDJSON begins with a line that says what it is and ends with one that counts the rows: a file without it was cut off.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing

import orjson

from directory.facts import Json
from directory.spreadsheets import guarded
from schema.exporting.cells import cell_text
from schema.exporting.snapshot import Row, Snapshot
from schema.exporting.words import Format, Listing
from schema.exporting.workbook import workbook

LICENCE = (
    "For use within the rights of the account that exported it; what is not public must not be passed on. "
    "仅限在导出账号的权限范围内使用，未公开的内容不得外传。"
)
MEDIA_TYPES: Mapping[Format, str] = {
    Format.CSV: "text/csv; charset=utf-8; header=present",
    Format.NDJSON: "application/x-ndjson; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

COLUMNS: Mapping[Listing, tuple[str, ...]] = {
    Listing.FIRMS: (
        "entryNumber", "status", "name", "nameEn", "otherNames", "formerNames", "uscc", "entityKind", "occupation",
        "forms", "industry", "region", "sizeClass", "foundedOn", "summary", "summaryEn", "website", "accounts",
        "supportProgrammes", "growthQualified", "turnoverPeriod", "monthlyTurnoverCny", "listedAt", "confirmedAt",
        "createdAt", "updatedAt", "mergedFrom", "version", "id",
    ),
    Listing.BLOCKAGES: (
        "reference", "status", "title", "description", "language", "category", "severity", "forms", "platforms",
        "region", "clauses", "causeKnown", "causeLevel", "procedureStep", "visibility", "agency", "coAgencies",
        "waitingOn", "reportedAt",
        "updatedAt", "closedAt", "grossDays", "netDays", "overdue", "disputes", "reopens", "transfers", "returns",
        "extensions", "supervised", "resolutionState", "resolutionKind", "resolutionSummary", "residual",
        "closeReason", "version", "id",
    ),
}  # fmt: skip


def has_columns(form: Format) -> bool:
    """Whether the form is a table, which shows what is worked out beside the state."""
    return form is not Format.NDJSON


def written(snapshot: Snapshot, form: Format) -> AsyncGenerator[bytes, None]:
    """The file, piece by piece. Leaving it early ends the walk."""
    if form is Format.XLSX:
        return workbook(snapshot, COLUMNS[snapshot.listing], LICENCE)
    return _lines(snapshot, form)


async def _lines(snapshot: Snapshot, form: Format) -> AsyncGenerator[bytes, None]:
    rows = 0
    yield _head(snapshot, form)
    async with aclosing(snapshot.rows) as batches:
        async for batch in batches:
            rows += len(batch)
            if batch:
                yield _csv(snapshot.listing, batch) if form is Format.CSV else _ndjson(batch)
    if form is Format.NDJSON:
        yield _line({"end": {"rows": rows}})


def _head(snapshot: Snapshot, form: Format) -> bytes:
    if form is Format.CSV:
        return codecs.BOM_UTF8 + _table([COLUMNS[snapshot.listing]])
    about = {
        "of": snapshot.listing.value,
        "position": str(snapshot.position),
        "retrievedAt": snapshot.retrieved_at.isoformat(),
        "licence": LICENCE,
    }
    return _line({"snapshot": about})


def _ndjson(batch: Sequence[Row]) -> bytes:
    return b"".join(_line(row.state) for row in batch)


def _line(value: Mapping[str, Json]) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)


def _csv(listing: Listing, batch: Sequence[Row]) -> bytes:
    names = COLUMNS[listing]
    return _table(
        [[guarded(cell_text({**row.beside, **row.state}.get(name))) for name in names] for row in batch]
    )


def _table(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as CSV (RFC 4180). Every cell is quoted: a spreadsheet that splits at semicolons finds no formula behind one."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue().encode()
