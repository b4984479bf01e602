"""Every component of the pages, with made-up content: to look at, to copy from, and to be checked."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from portal.address import address
from portal.filters import Chip, Counted, Group
from portal.forms import Form
from portal.page import Page
from portal.visit import Visit

READINGS = [
    ("2026-05", 1200.0),
    ("2026-06", 1850.0),
    ("2026-07", 1720.0),
    ("2026-08", 3100.0),
    ("2026-09", 4800.0),
]
PROVINCES = {"330000": 128, "440000": 96, "110000": 77, "310000": 61, "510000": 40, "420000": 22, "650000": 3}
HEAT: list[tuple[str, list[int | None]]] = [("A", [1, 5, 9]), ("B", [0, None, 4]), ("C", [12, 3, 2])]


async def components(visit: Visit) -> Response:
    """The page; its form shows how mistakes are told."""
    return await visit.show("components.html", **_shown(visit, Form()))


async def send(visit: Visit) -> Response:
    """What the form says to everything: that its name is missing, or that all is well."""
    form = await visit.form()
    if form.value("profile.name"):
        return visit.go("/components", flash="flash.example")
    form.blame("profile.name", visit.text("components.problem"))
    return await visit.show("components.html", status=422, **_shown(visit, form))


def _shown(visit: Visit, form: Form) -> dict[str, Any]:
    counted = [
        Counted("micro-economy", visit.text("components.choice_a"), 120, True),
        Counted("short-video", visit.text("components.choice_b"), 45, False),
    ]
    return {
        "form": form,
        "groups": [Group("form", "directory.form", counted, counted[1:], 1, 7, open=True)],
        "chips": [Chip("directory.form", visit.text("components.choice_a"), address("/components"))],
        "nowhere": address("/components"),
        "readings": READINGS,
        "provinces": PROVINCES,
        "heat": HEAT,
    }


PAGES = (Page("/components", components, send),)
