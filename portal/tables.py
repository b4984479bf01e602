"""The data of a chart as a file: CSV with a header, as spreadsheets read it, guarded against formulas."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Sequence

from starlette.responses import Response

from directory.spreadsheets import guarded

Cell = str | int | float | None


def csv_file(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """The file `<name>.csv`; what is not told is an empty cell."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(header)
    writer.writerows(["" if cell is None else guarded(str(cell)) for cell in row] for row in rows)
    return Response(
        codecs.BOM_UTF8 + written.getvalue().encode(),
        media_type="text/csv; charset=utf-8",
        headers={
            "content-disposition": f'attachment; filename="{name}.csv"',
            "cache-control": "no-store",
            "vary": "Cookie",
        },
    )
