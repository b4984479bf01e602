"""What a firm declares (申报内容), in its reader's words: codes by their labels, regions and programmes by their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from portal.profiles import PREFIX
from portal.visit import Visit
from portal.wording import NO_VALUE, day, number

# The vocabulary whose codes stand in a field, or in a part of one.
CODES_IN: Mapping[str, str] = {
    "forms": "business_forms",
    "entityKind": "entity_kinds",
    "occupation": "occupations",
    "industry": "industries",
    "supportProgrammes": "support_programmes",
    "platform": "platforms",
    "metric": "reading_metrics",
    "source": "reading_sources",
}
DAYS = frozenset({"foundedOn", "openedOn"})
Told = Callable[[str, Any], str]


async def telling(visit: Visit) -> Told:
    """A function that says a value of a field, which is named with or without its prefix. Raises: PageFault."""
    labels, language = await visit.site.labels(), visit.language
    known = {
        field: {code: named[language] for code, named in labels[vocabulary].items()}
        for field, vocabulary in CODES_IN.items()
    }
    known["region"] = {
        code: name for _, regions in await visit.site.regions(language) for code, name in regions
    }

    def told(field: str, value: Any) -> str:
        field = field.removeprefix(PREFIX)
        if value is None or value in ("", [], {}):
            return NO_VALUE
        if isinstance(value, list):
            between = "punctuation.apart" if isinstance(value[0], Mapping) else "punctuation.list"
            return visit.text(between).join(told(field, one) for one in value)
        if isinstance(value, Mapping):
            return " · ".join(told(part, one) for part, one in value.items() if one is not None)
        if field == "followers":
            return visit.text("firm.followers_short", count=number(value, language))
        return (
            day(str(value), language) if field in DAYS else known.get(field, {}).get(str(value), str(value))
        )

    return told
