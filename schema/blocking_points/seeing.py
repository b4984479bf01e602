"""
A blocking point with those of its reports that one caller may know of.

Everyone reads the point itself. What is counted of its reports is counted over these alone, so that a count tells nobody
of a report that is for agencies only.
"""

from __future__ import annotations

import asyncio

from directory.entities import Blockage, BlockingPoint
from directory.identifiers import Prefix, parse_number
from schema.blockages.seeing import Seen, seen
from schema.context import Context


async def surviving_point(context: Context, point_id: str) -> BlockingPoint | None:
    """The point with this id, or the one that it was merged into in the end."""
    # What is no id of ours is not asked for: a database may refuse its characters.
    if not (point_id.isascii() and point_id.isalnum()):
        return None
    point = await context.loaders.blocking_point.load(point_id)
    while point is not None and point.merged_into is not None:
        point = await context.loaders.blocking_point.load(point.merged_into)
    return point


async def point_numbered(context: Context, reference: str) -> BlockingPoint | None:
    """The point that bears this reference itself, in any spelling, merged or not."""
    number = parse_number(reference)
    if number is None or number.prefix is not Prefix.POINT:
        return None
    async with context.services.record.reader() as reader:
        return await reader.blocking_point_numbered(number.canonical)


async def seen_reports(context: Context, point: BlockingPoint) -> list[Seen]:
    """The point's reports that the caller may know of, latest first; those of all points of a page come in one read."""
    reports = await context.loaders.blockages_of_point.load(point.id) or ()
    found = await asyncio.gather(*(seen(context, report) for report in reversed(reports)))
    return [one for one in found if one is not None]


async def counted_reports(context: Context, point: BlockingPoint) -> list[Blockage]:
    """The same, as the record has them."""
    return [one.report for one in await seen_reports(context, point)]
