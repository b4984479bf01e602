"""How far a blocking point (政策堵点) is, as the API shows it: public notes on its progress."""

from __future__ import annotations

from datetime import datetime

import strawberry

from directory import entities


@strawberry.type(description="A public note on how far a blocking point is (进展通报).")
class ProgressNote:
    """Made by `shown_notes`."""

    at: datetime = strawberry.field(description="When it was posted.")
    office: str = strawberry.field(description="The code of the agency that posted it, or supervisor.")
    text: str = strawberry.field(description="What it says.")


def shown_notes(point: entities.BlockingPoint) -> list[ProgressNote]:
    """The notes, latest first."""
    return [ProgressNote(at=each.at, office=each.office, text=each.text) for each in reversed(point.progress)]
