"""
A form that sends a file (`multipart/form-data`, RFC 7578).

The body was read whole and within bounds before, so that no part of it is ever written to a disk on the way.
"""

from __future__ import annotations

import re
import sys
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from urllib.parse import unquote

from starlette.datastructures import Headers
from starlette.formparsers import MultiPartException, MultiPartParser

MOST_TEXTS = 20
# What browsers write for characters that would end a file's name (HTML, multipart form data).
_ESCAPED = re.compile("%(?:22|0D|0A)", re.I)


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file of a form, by the name that it had on the sender's machine; without content where none was chosen."""

    name: str
    content: bytes


@dataclass(slots=True)
class Parts:
    """The texts and files of a form, by their fields' names."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, SentFile] = field(default_factory=dict)


class _InMemory(MultiPartParser):
    spool_max_size = sys.maxsize


async def parts_of(content_type: str, body: bytes) -> Parts:
    """The form, with one file at most. Raises: ValueError, for a body that no browser sends."""
    headers = Headers({"content-type": content_type})
    parser = _InMemory(headers, _at_once(body), max_files=1, max_fields=MOST_TEXTS)
    parts = Parts()
    try:
        form = await parser.parse()
    except MultiPartException as fault:
        raise ValueError(fault.message) from None
    for name, value in form.multi_items():
        if isinstance(value, str):
            parts.texts.setdefault(name, []).append(value)
        else:
            parts.files[name] = SentFile(_name(value.filename or ""), await value.read())
    return parts


def _name(written: str) -> str:
    return _ESCAPED.sub(lambda each: unquote(each[0]), written)


async def _at_once(body: bytes) -> AsyncGenerator[bytes, None]:
    yield body
