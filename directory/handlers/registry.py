"""All commands with what carries them out."""

from __future__ import annotations

from directory.handlers import (
    blockages,
    blocking_points,
    drafts,
    firms,
    mail,
    merging,
    notices,
    objections,
    operating,
    people,
    saved_searches,
    submissions,
    webhooks,
)
from directory.handling import Handlers

HANDLERS: Handlers = {
    **firms.HANDLERS,
    **drafts.HANDLERS,
    **submissions.HANDLERS,
    **objections.HANDLERS,
    **notices.HANDLERS,
    **people.HANDLERS,
    **saved_searches.HANDLERS,
    **webhooks.HANDLERS,
    **mail.HANDLERS,
    **operating.HANDLERS,
    **merging.HANDLERS,
    **blockages.HANDLERS,
    **blocking_points.HANDLERS,
}
