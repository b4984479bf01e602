"""
Names that a caller has in a list, matched against the entries (批量比对): what is asked, cleaned.

What makes an entry a candidate, and how likely, is the rule for near duplicates (`directory/duplicates.py`) and no other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from directory.duplicates import Identity
from directory.errors import ErrorCode, InvalidInput, Problem
from directory.identifiers import InvalidUscc, check_uscc
from directory.text import InvalidText, clean_text
from directory.vocabulary import RegionTree

MOST_NAMES = 100
MOST_CANDIDATES = 5
LONGEST_NAME = 200
_LONGEST_SHOWN = 64

Asked = Mapping[str, Any]


def read_asked(asked: Sequence[Asked], regions: RegionTree) -> list[Identity]:
    """What is to be matched, in order: each with a `name`, perhaps a `uscc` and a `region` (GB/T 2260).

    A blank name is matched by its code alone, or by nothing. Raises: InvalidInput, with every problem; the paths begin
    with `names` and the place in the list.
    """
    if len(asked) > MOST_NAMES:
        params = {"most": MOST_NAMES, "given": len(asked)}
        raise InvalidInput(Problem(ErrorCode.TOO_LARGE, ("names",), "value.too_many", params))
    problems: list[Problem] = []
    read = [_read(each, str(place), regions, problems) for place, each in enumerate(asked)]
    if problems:
        raise InvalidInput.all_of(problems)
    return read


def _read(asked: Asked, place: str, regions: RegionTree, problems: list[Problem]) -> Identity:
    name, code, region = asked["name"], asked.get("uscc"), asked.get("region")
    try:
        name = clean_text(name, multiline=False, max_length=LONGEST_NAME)
    except InvalidText as refused:
        problems.append(refused.problem_at("names", place, "name"))
    try:
        code = check_uscc(code) if code else None
    except InvalidUscc as refused:
        problems.append(refused.problem_at("names", place, "uscc"))
    problems.extend(_wrong_region(region, place, regions))
    return Identity(id="", name=name, uscc=code, region=region)


def _wrong_region(region: str | None, place: str, regions: RegionTree) -> Iterator[Problem]:
    if region is not None and not regions.is_known(region):
        params = {"given": region[:_LONGEST_SHOWN]}
        yield Problem(ErrorCode.INVALID, ("names", place, "region"), "region.unknown", params)
