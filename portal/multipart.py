"""
A form that sends a file (`multipart/form-data`, RFC 7578), taken apart strictly: what browsers send, and nothing besides.

The body was read whole and within bounds before, so that no part of it is ever written to a disk on the way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

MOST_PARTS = 20
LONGEST_HEAD = 2048
_BOUNDARY = re.compile(r'boundary=(?:"([^"\r\n]{1,70})"|([^\s;,"]{1,70}))')
_DISPOSITION = re.compile(
    r'content-disposition: *form-data; *name="([^"\r\n]*)"(?:; *filename="([^"\r\n]*)")?', re.I
)
# What browsers write for characters that would end the name.
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


def parts_of(content_type: str, body: bytes) -> Parts:
    """The form. Raises: ValueError, for a body that no browser sends."""
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise ValueError("no boundary")
    first, *pieces = (b"\r\n" + body).split(b"\r\n--" + (found[1] or found[2]).encode())
    if first or not pieces or len(pieces) > MOST_PARTS + 1 or pieces.pop().strip() != b"--":
        raise ValueError("not the parts of a form")
    parts = Parts()
    for piece in pieces:
        _add(parts, piece)
    return parts


def _add(parts: Parts, piece: bytes) -> None:
    head, found, content = piece.partition(b"\r\n\r\n")
    if not found or len(head) > LONGEST_HEAD:
        raise ValueError("a part without an end of its head")
    # UnicodeDecodeError is a ValueError.
    said = next(filter(None, map(_DISPOSITION.fullmatch, head.decode().split("\r\n"))), None)
    if said is None:
        raise ValueError("a part without a name")
    if said[2] is None:
        parts.texts.setdefault(said[1], []).append(content.decode())
    elif parts.files.setdefault(said[1], sent := SentFile(_name(said[2]), content)) is not sent:
        raise ValueError("two files of one field")


def _name(written: str) -> str:
    return _ESCAPED.sub(lambda each: unquote(each[0]), written)
