"""Templates: Jinja2 with escaping on and nothing undefined, one environment a language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from directory.text import detect_language
from portal import charts, wording
from portal.language import HTML_LANG
from portal.provinces import tile_map
from portal.texts import texts
from schema.enums import Language

EXTENSIONS = ("jinja2.ext.i18n", "jinja2.ext.do")


class Pages(Environment):
    """An environment in which `firm.items` means the entry `items`, never a method of the dict."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The entry of a mapping, or the attribute of anything else."""
        return self.getitem(obj, attribute) if isinstance(obj, Mapping) else super().getattr(obj, attribute)


def pages_in(language: Language) -> Pages:
    """The environment of a language; `label` is added by the site, which asks the API for it."""
    pages = Pages(
        loader=PackageLoader("portal"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=EXTENSIONS,
    )
    pages.install_gettext_translations(texts(language), newstyle=True)  # type: ignore[attr-defined]
    worded: Mapping[str, Callable[..., str]] = {
        "number": wording.number,
        "band": wording.band,
        "compact": wording.compact,
        "percent": wording.percent,
        "day": wording.day,
        "moment": wording.moment,
        "last_day": wording.last_day,
        "month": wording.month,
    }
    for name, words in worded.items():
        pages.filters[name] = partial(words, language=language)
    pages.filters["marked"] = marked
    pages.filters["as_written"] = partial(as_written, language=language)
    pages.globals.update(static=static, charts=charts, tile_map=tile_map)
    return pages


def marked(fragment: str) -> Markup:
    """A highlight of the API: escaped already but for its own <em>, which become <mark>."""
    return Markup(fragment.replace("<em>", "<mark>").replace("</em>", "</mark>"))  # noqa: S704 - escaped by the API


def as_written(text: str | None, language: Language) -> Markup:
    """A text that people wrote, marked with its language where that is not the page's (WCAG 2.2, 3.1.2)."""
    if not text:
        return Markup()
    own, shown = Language(detect_language(text)), escape(text)
    return shown if own is language else Markup('<span lang="{}">{}</span>').format(HTML_LANG[own], shown)


@cache
def static(name: str) -> str:
    """The address of a file in `static/`, with a mark of its content, so that browsers may keep it for ever."""
    content = (files("portal") / "static" / name).read_bytes()
    return f"/static/{name}?v={sha256(content).hexdigest()[:12]}"
