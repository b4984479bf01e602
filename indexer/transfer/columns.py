"""
The columns of a table of firms: what a header may say, in the API's words, in Chinese or in English.

Spaces, case, width and a star for "required" do not matter. Lists stand in one cell, divided by semicolons. Accounts are
numbered (`platforms.1.platform`, 账号1平台), figures named with their period (`metrics.MONTHLY_TURNOVER_CNY.2026-01`).
A column whose name begins with an underscore is a remark and is passed over.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from directory.errors import ErrorCode, Problem
from directory.profile_reading import MOST_ACCOUNTS
from directory.spreadsheets import unguarded
from directory.states import Metric
from directory.text import search_text

Place = tuple[str, ...]

MOST_COLUMNS = 600
LONGEST_CELL = 32_768
_LONGEST_SHOWN = 60
_DIVIDERS = re.compile(r"[;；\n]")
_IGNORED = re.compile(r"[\s_*]")
_FIGURE = re.compile(r"metrics[.]([A-Z_]+)[.]([0-9]{4}(?:-[0-9]{2})?)")
LISTS = frozenset({"other_names", "forms", "support_programmes"})

LABELS: Mapping[Place, tuple[str, str, str]] = {
    ("name",): ("name", "名称", "Name"),
    ("name_en",): ("nameEn", "英文名称", "English name"),
    ("other_names",): ("otherNames", "其他名称", "Other names"),
    ("uscc",): ("uscc", "统一社会信用代码", "Unified Social Credit Code"),
    ("entity_kind",): ("entityKind", "主体类型", "Entity kind"),
    ("occupation",): ("occupation", "职业", "Occupation"),
    ("forms",): ("forms", "业态", "Business forms"),
    ("industry",): ("industry", "行业", "Industry"),
    ("region",): ("region", "行政区划", "Region"),
    ("founded_on",): ("foundedOn", "成立日期", "Founded on"),
    ("summary",): ("summary", "简介", "Summary"),
    ("summary_en",): ("summaryEn", "英文简介", "English summary"),
    ("website",): ("website", "网站", "Website"),
    ("support_programmes",): ("supportProgrammes", "扶持项目", "Support programmes"),
    ("contact", "person"): ("contact.person", "联系人", "Contact person"),
    ("contact", "phone"): ("contact.phone", "联系电话", "Contact phone"),
    ("contact", "email"): ("contact.email", "电子邮箱", "Contact email"),
    ("contact", "address"): ("contact.address", "通讯地址", "Contact address"),
}
ACCOUNT_LABELS: Mapping[str, tuple[str, str, str]] = {
    "platform": ("platforms.{}.platform", "账号{}平台", "Account {} platform"),
    "account_name": ("platforms.{}.accountName", "账号{}名称", "Account {} name"),
    "url": ("platforms.{}.url", "账号{}网址", "Account {} URL"),
    "followers": ("platforms.{}.followers", "账号{}粉丝数", "Account {} followers"),
    "opened_on": ("platforms.{}.openedOn", "账号{}开通日期", "Account {} opened on"),
}


def _plain(label: str) -> str:
    return _IGNORED.sub("", unicodedata.normalize("NFKC", label)).casefold()


_PLACES: Mapping[str, Place] = {
    **{_plain(label): place for place, labels in LABELS.items() for label in labels},
    **{
        _plain(label.format(number)): ("platforms", str(number - 1), field)
        for field, labels in ACCOUNT_LABELS.items()
        for label in labels
        for number in range(1, MOST_ACCOUNTS + 1)
    },
}


@dataclass(frozen=True, slots=True)
class Header:
    """The columns as written, with the place in a profile of each; None for remarks and for columns without a name."""

    names: tuple[str, ...]
    places: tuple[Place | None, ...]

    def fields(self, cells: Sequence[str]) -> tuple[dict[str, Any], list[Problem]]:
        """The raw profile in a row's cells; blank ones are left out. What cannot be taken over goes to the problems."""
        raw: dict[str, Any] = {}
        problems: list[Problem] = []
        if len(cells) > len(self.names) and any(cells[len(self.names) :]):
            problems.append(_problem("row.cells", (), columns=len(self.names), cells=len(cells)))
        for name, place, cell in zip(self.names, self.places, cells, strict=False):
            if place is None:
                if cell and not name:
                    problems.append(_problem("row.nameless_cell", ()))
            elif len(cell) > LONGEST_CELL:
                problems.append(
                    _problem("cell.too_long", place, code=ErrorCode.TOO_LARGE, longest=LONGEST_CELL)
                )
            elif text := unguarded(cell).strip():
                _put(raw, place, text)
        return _settled(raw), problems

    def column(self, place: Sequence[str]) -> str | None:
        """The column in which the value at this place of the profile was written; None where there is none."""
        for name, own in zip(self.names, self.places, strict=True):
            if own is not None and (own == tuple(place[: len(own)]) or tuple(place) == own[: len(place)]):
                return name
        return None


def read_header(cells: Sequence[str]) -> tuple[Header, list[Problem]]:
    """The header in the first row; with problems, where a file could not be taken for what was meant."""
    names = tuple(cell.strip() for cell in cells)
    if len(names) > MOST_COLUMNS:
        return Header((), ()), [_problem("header.too_many", (), most=MOST_COLUMNS, given=len(names))]
    places = tuple(None if _is_remark(name) else _place(name) for name in names)
    if not any(places):
        return Header(names, places), [_problem("header.missing", ())]
    unknown = [
        _problem("header.unknown", (), column=_shown(name))
        for name, place in zip(names, places, strict=True)
        if place is None and not _is_remark(name)
    ]
    twice = [
        _problem("header.twice", (), column=_shown(name))
        for at, (name, place) in enumerate(zip(names, places, strict=True))
        if place is not None and place in places[:at]
    ]
    return Header(names, places), [*unknown, *twice]


def takes_number(place: Place) -> bool:
    """Whether a sheet may hold this value as a number; of codes and telephone numbers it would lose digits."""
    return place[0] in {"metrics", "region"} or place[-1] == "followers"


def takes_date(place: Place) -> bool:
    """Whether a sheet may hold this value as a date."""
    return place[-1] in {"founded_on", "opened_on"}


def _is_remark(name: str) -> bool:
    return not name or name.startswith("_")


def _place(name: str) -> Place | None:
    figure = _FIGURE.fullmatch(name)
    if figure and figure[1] in Metric.__members__:
        return ("metrics", figure[1], figure[2])
    return _PLACES.get(_plain(name))


def _put(raw: dict[str, Any], place: Place, text: str) -> None:
    head, *below = place
    if head in LISTS:
        raw[head] = [item.strip() for item in _DIVIDERS.split(text) if item.strip()]
    elif head == "metrics":
        metric, period = below
        raw.setdefault(head, []).append({"metric": metric, "period": period, "value": text})
    elif head == "platforms":
        number, field = below
        raw.setdefault(head, {}).setdefault(int(number), {})[field] = text
    elif below:
        raw.setdefault(head, {})[below[0]] = text
    else:
        raw[head] = text


def _settled(raw: dict[str, Any]) -> dict[str, Any]:
    """Accounts in the order of their numbers, as a list."""
    if accounts := raw.get("platforms"):
        raw["platforms"] = [accounts[number] for number in sorted(accounts)]
    return raw


def _shown(name: str) -> str:
    return search_text(name)[:_LONGEST_SHOWN] or "?"


def _problem(key: str, place: Place, *, code: ErrorCode = ErrorCode.INVALID, **params: Any) -> Problem:
    return Problem(code, place, key, params)
