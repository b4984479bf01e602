"""The front page: what this is, a search, the figures of now, what was resolved last, and the sentence that orders it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from portal.operation import operation
from portal.page import Page
from portal.tables import csv_file
from portal.visit import Visit

FIGURES = operation("home_figures")
RESOLVED = operation("home_resolved")
MANDATE = operation("home_mandate")
FORMS_SHOWN = 8


async def home(visit: Visit) -> Response:
    """The front page; what the API cannot answer now is left out of it."""
    figures = await visit.ask_if_possible(FIGURES)
    resolved = await visit.ask_if_possible(RESOLVED)
    mandate = await visit.ask_if_possible(MANDATE)
    return await visit.show(
        "home.html",
        figures=figures,
        form_rows=_form_rows(visit, figures) if figures else [],
        resolved=resolved["blockingPoints"]["nodes"] if resolved else [],
        mandate=mandate["clause"] if mandate else None,
    )


def _form_rows(visit: Visit, figures: Mapping[str, Any]) -> list[tuple[str, int, str]]:
    """The commonest business forms with their entries."""
    (facet,) = figures["forms"]["facets"]
    return [
        (one["label"], one["count"], visit.to("/directory", form=one["value"]))
        for one in facet["values"][:FORMS_SHOWN]
    ]


async def forms_data(visit: Visit) -> Response:
    """The listed entries by business form, as a file."""
    (facet,) = (await visit.ask(FIGURES))["forms"]["facets"]
    rows = [[one["value"], one["label"], one["count"]] for one in facet["values"]]
    return csv_file("entries-by-form", ["form", "formLabel", "entries"], rows)


PAGES = (Page("/", home), Page("/directory/forms.csv", forms_data))
