"""The page's language: first in the address, at the front door by cookie and by what the browser accepts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from schema.enums import Language

COOKIE = "language"
SEGMENTS: Mapping[str, Language] = {"zh": Language.ZH, "en": Language.EN}
SEGMENT_OF: Mapping[Language, str] = {language: segment for segment, language in SEGMENTS.items()}
HTML_LANG: Mapping[Language, str] = {Language.ZH: "zh-CN", Language.EN: "en"}
LOCALE: Mapping[Language, str] = {Language.ZH: "zh_CN", Language.EN: "en"}
OTHER: Mapping[Language, Language] = {Language.ZH: Language.EN, Language.EN: Language.ZH}


def preferred(cookie: str | None, accept_language: str) -> Language:
    """The language to begin with: the one last chosen, else the first accepted one (RFC 9110, 12.5.4), else Chinese."""
    if cookie is not None and cookie in SEGMENTS:
        return SEGMENTS[cookie]
    accepted = sorted(_accepted(accept_language), key=lambda pair: -pair[1])
    return next((SEGMENTS[tag] for tag, _ in accepted if tag in SEGMENTS), Language.ZH)


def _accepted(header: str) -> Iterator[tuple[str, float]]:
    """Main language tags with their weights; those of weight 0 are not accepted."""
    for part in header.split(","):
        tag, _, weight = part.strip().lower().partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            continue
        if quality > 0:
            yield tag.partition("-")[0], quality
