"""What a page says to its reader, and what of it only a program understands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from html.parser import HTMLParser

from graphql import GraphQLEnumType

from portal.texts import catalogue
from schema.enums import Language
from schema.root import SCHEMA
from seeds.reference import load_reference

VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "path", "circle", "rect", "line", "use"})
# Set apart as code, or written by people.
NOT_PROSE = frozenset({"code", "pre", "script", "style", "textarea"})
# What is read by itself, not as part of a sentence.
ALONE = frozenset({"h1", "h2", "h3", "h4", "dt", "th", "caption", "legend", "summary", "button", "option"})
SPOKEN = ("aria-label", "title", "alt", "placeholder")
REST = re.compile(r"\w")
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*[A-Za-z0-9_]")
NOTHING = re.compile(r"\b(?:None|undefined|null|NaN|True|False|\[object)\b(?! (?:yet|of|chosen)\b)")
# Values that are English words or names when they stand in capitals, too.
WORDS_TOO = frozenset(
    {"CSV", "XLSX", "NDJSON", "URL", "API", "GET", "POST", "ID", "HTTP", "ALL", "OPEN", "NEW"}
)


class Reading(HTMLParser):
    """The prose of a page, labels that are only heard included, and the kinds of elements that its main part is made of.

    `begun` are the beginnings of what stands alone: headings, terms, buttons, options, badges.
    """

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.shape: set[tuple[str, str]] = set()
        self.begun: list[str] = []
        self.chinese = False
        self._begins = False
        self._open: list[tuple[str, bool]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes the element, and what its attributes say."""
        given: Mapping[str, str | None] = dict(attrs)
        classes = given.get("class") or ""
        if tag == "html":
            self.chinese = (given.get("lang") or "").startswith("zh")
        if any(name == "main" for name, _ in self._open):
            self.shape.add((tag, classes))
        self._begins |= tag in ALONE or "badge" in classes.split()
        silent = tag in NOT_PROSE or "code" in classes.split() or (bool(self._open) and self._open[-1][1])
        if not silent:
            self.said += [told for name in SPOKEN if (told := given.get(name))]
        if tag not in VOID:
            self._open.append((tag, silent))

    def handle_endtag(self, tag: str) -> None:
        """Leaves the element, and those in it that nobody closed."""
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Notes what is said outside of code."""
        if self._open and data.strip():
            silent = self._open[-1][1]
            if not silent:
                self.said.append(data.strip())
            if self._begins and not silent:
                self.begun.append(data.strip())
            self._begins = False


def raw_words(read: Reading) -> list[str]:
    """What a page shows that is no word of its reader's: keys of texts, values of enumerations, codes, nothing itself.

    Codes are told from words on Chinese pages only: in English one may be the other.
    """
    found = []
    for said in read.said:
        words = WORD.findall(said)
        raw = [word for word in words if word in _keys() or word in _values()]
        # Among words of people, `short-video` is one too; where nothing else is said, it is a code.
        alone = [word for word in words if "-" in word and not REST.search(WORD.sub("", said))]
        found += [
            *raw,
            *(word for word in alone if read.chinese and word in _codes()),
            *NOTHING.findall(said),
        ]
    return [f"{word} is shown" for word in found]


def begun_small(read: Reading) -> list[str]:
    """What stands alone on an English page and begins with a small letter, as a label out of a sentence does."""
    if read.chinese:
        return []
    return [f"{one!r} begins small" for one in read.begun if "a" <= one[:1] <= "z"]


@cache
def _keys() -> frozenset[str]:
    found = catalogue(Language.EN)
    return frozenset(one.id if isinstance(one.id, str) else one.id[0] for one in found if one.id)


@cache
def _values() -> frozenset[str]:
    kinds = SCHEMA._schema.type_map.values()
    values = {value for kind in kinds if isinstance(kind, GraphQLEnumType) for value in kind.values}
    return frozenset(values - WORDS_TOO)


@cache
def _codes() -> frozenset[str]:
    """The codes of all vocabularies that are made of several words."""
    return frozenset(term.code for terms in load_reference().vocabularies.values() for term in terms)
