"""
Reading a file of rows (NDJSON): one JSON object a line, in constant memory.

The file is surveyed once as a whole, so that a wrong encoding is told before the first row is carried out; then rows
come one at a time, and one that cannot be read is a row with problems, not the end of the file.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from directory.errors import ErrorCode, Problem
from directory.text import search_text
from indexer.transfer.columns import Header
from indexer.transfer.encodings import Encoding, makes_sense_in

LONGEST_LINE = 1 << 20
LONGEST_INTEGER = 30
IS_UTF_8 = "The file is UTF-8: leave --encoding out. 文件为UTF-8编码，请不要指定其他编码。"
_CHUNK = 1 << 20
_LONGEST_STEP = 60
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_CAPITAL = re.compile(r"(?<=[a-z0-9])([A-Z])")
# The longer marks first: that of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


class UnreadableFile(Exception):
    """A file of which no row can be read; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What is known of a file before its rows are read: SHA-256 of its bytes in hex, and how many lines it has."""

    digest: str
    lines: int


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is not blank, with the line where it begins: its fields in snake_case, or the problems that hid them.

    `header` is that of the table it comes from, None for a line of NDJSON. `cells` are what was written, of a line of
    NDJSON the one text; none for a row that could not be read.
    """

    line: int
    fields: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()
    header: Header | None = None
    cells: tuple[str, ...] = ()


def survey(path: Path, encoding: Encoding = Encoding.UTF_8) -> Survey:
    """The whole file looked through once. Raises: UnreadableFile, for anything but text in the encoding told."""
    digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder(encoding.value)()
    lines, last, is_ascii = 0, b"\n", True
    try:
        with path.open("rb") as file:
            _refuse_marks(file.read(4))
            file.seek(0)
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
                digest.update(chunk)
                is_ascii = is_ascii and chunk.isascii()
                lines += chunk.count(b"\n")
                last = chunk[-1:]
            decoder.decode(b"", final=True)
        if encoding is not Encoding.UTF_8 and not is_ascii and makes_sense_in(path, Encoding.UTF_8):
            raise UnreadableFile(IS_UTF_8)
    except UnicodeDecodeError:
        raise UnreadableFile(_not_so(path, encoding)) from None
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror or error}.") from None
    return Survey(digest.hexdigest(), lines + (last != b"\n"))


def rows(path: Path, encoding: Encoding = Encoding.UTF_8) -> Iterator[Row]:
    """The rows of a surveyed file, in order; blank lines are passed over."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
                _skip_line(file)
                yield _unread(number, "row.too_long", ErrorCode.TOO_LARGE, longest=LONGEST_LINE)
            elif text := line.decode(encoding.codec if number == 1 else encoding, "replace").strip():
                yield _row(number, text)


def _refuse_marks(head: bytes) -> None:
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            raise UnreadableFile(_told(encoding))
    # JSON begins with two ASCII characters, which only wider encodings write with zero bytes.
    if b"\0" in head:
        raise UnreadableFile(_told("UTF-16 or UTF-32"))


def _not_so(path: Path, encoding: Encoding) -> str:
    if encoding is not Encoding.UTF_8:
        if makes_sense_in(path, Encoding.UTF_8):
            return IS_UTF_8
        return "The file is not GB18030. 文件不是GB18030编码。"
    if makes_sense_in(path, Encoding.GB18030):
        return (
            "The file is not UTF-8; it looks like GB18030 (GBK). If that is what it is, say --encoding gb18030. "
            "文件不是UTF-8编码，疑为GB18030（GBK）；如确为该编码，请指定 --encoding gb18030。"
        )
    return _told(None)


def _told(encoding: str | None) -> str:
    if encoding is None:
        return (
            "The file is not UTF-8. Save it as UTF-8 and try again. 文件不是UTF-8编码，请另存为UTF-8后重试。"
        )
    return (
        f"The file is not UTF-8; it looks like {encoding}. Convert it to UTF-8 and try again. "
        f"文件不是UTF-8编码，疑为{encoding}，请转换为UTF-8后重试。"
    )


def _skip_line(file: BinaryIO) -> None:
    while (rest := file.readline(_CHUNK)) and not rest.endswith(b"\n"):
        continue


def _row(number: int, text: str) -> Row:
    twice: list[str] = []
    try:
        value = json.loads(
            text,
            object_pairs_hook=lambda pairs: _in_snake_case(pairs, twice),
            parse_constant=_no_constant,
            parse_float=Decimal,
            parse_int=_bounded,
        )
    except (ValueError, RecursionError, InvalidOperation):
        return _unread(number, "row.not_json")
    if not isinstance(value, dict):
        return _unread(number, "value.not_object")
    problems = [Problem(ErrorCode.INVALID, (name,), "row.field_twice") for name in dict.fromkeys(twice)]
    return Row(number, value, tuple(problems), cells=(text,))


def _in_snake_case(pairs: list[tuple[str, Any]], twice: list[str]) -> dict[str, Any]:
    """The object with its names in snake_case; names given more than once, in one spelling or two, go to `twice`."""
    named: dict[str, Any] = {}
    for name, value in pairs:
        snake = (_snake if len(name) <= _LONGEST_STEP else _snake.__wrapped__)(name)
        if snake in named:
            twice.append(search_text(snake)[:_LONGEST_STEP] or "?")
        named[snake] = value
    return named


@lru_cache(maxsize=1024)
def _snake(name: str) -> str:
    return _CAPITAL.sub(r"_\1", name).lower() if _NAME.fullmatch(name) else name


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _bounded(text: str) -> int:
    if len(text) > LONGEST_INTEGER:
        raise ValueError("a number out of range")
    return int(text)


def _unread(number: int, key: str, code: ErrorCode = ErrorCode.INVALID, **params: Any) -> Row:
    return Row(number, {}, (Problem(code, (), key, params),))
