"""
Evidence files of a report (证据材料): what may be added, how much of it, what it is called, and who takes it back.

What a file is says its content, never the name or the type that came with it. A format that can carry programs, or more
than it shows when it is unpacked, is none of these. Nothing inside a file is changed: what a program wrote into it beside
what is seen (author, place, device) stays in it. A redaction copy (脱敏副本) is a second file about one of them, which may
be published in its place. Pure: values in, values out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from directory import characters as chars
from directory.entities import Evidence, EvidenceFile
from directory.errors import ErrorCode, InvalidInput, LimitExceeded, NotAllowedNow, NotFound, Problem
from directory.moves import Side

MOST_BYTES = 5 << 20
MOST_FILES = 10
MOST_IN_TOTAL = 20 << 20
# With those that were taken back: the list of a report has an end, however often somebody changes their mind.
MOST_EVER = 40
LONGEST_NAME = 120
UNNAMED = "evidence"
OFFICES = frozenset({Side.TRIAGE, Side.LEAD, Side.SUPERVISOR})
REPORTER = Side.REPORTER.value

_PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_PNG_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"
_NO_TEXT = re.compile(rf"(?![\t\n\r\f])[{chars.pattern(*chars.CONTROL_RANGES, *chars.NONCHARACTER_RANGES)}]")
_NOT_IN_NAMES = re.compile(
    "["
    + chars.pattern(
        *chars.CONTROL_RANGES,
        *chars.BIDI_RANGES,
        *chars.IGNORED_RANGES,
        *chars.SURROGATE_RANGES,
        *chars.PRIVATE_USE_RANGES,
        *chars.NONCHARACTER_RANGES,
    )
    + "]"
)
_PATH = re.compile(r"[/\\]")
_MEANS_SOMETHING = re.compile(r'[<>:"|?*%;]')


class FileKind(NamedTuple):
    """A format that is taken: its media type, the endings of its names, the first the usual one, and what proves it."""

    media_type: str
    endings: tuple[str, ...]
    proves: Callable[[bytes], bool]


def _is_pdf(content: bytes) -> bool:
    return content.startswith((b"%PDF-1.", b"%PDF-2.")) and content.rstrip(b"\0\t\n\r ").endswith(b"%%EOF")


def _is_png(content: bytes) -> bool:
    return content.startswith(_PNG) and content.endswith(_PNG_END)


def _is_jpeg(content: bytes) -> bool:
    return content.startswith(b"\xff\xd8\xff") and content.endswith(b"\xff\xd9")


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not text.startswith("%PDF") and _NO_TEXT.search(text) is None


# Each begins and ends as its format does: one that was cut off, or carries something behind its end, is none of them.
KINDS: tuple[FileKind, ...] = (
    FileKind("application/pdf", (".pdf",), _is_pdf),
    FileKind("image/png", (".png",), _is_png),
    FileKind("image/jpeg", (".jpg", ".jpeg"), _is_jpeg),
    FileKind("text/plain", (".txt", ".csv", ".md"), _is_text),
)


def kind_of(content: bytes) -> FileKind:
    """What the content proves itself to be. Raises: InvalidInput, also for none at all and for too much of it."""
    if not content:
        raise InvalidInput.at("file", key="evidence.empty")
    if len(content) > MOST_BYTES:
        most = {"most": MOST_BYTES >> 20}
        raise InvalidInput(Problem(ErrorCode.TOO_LARGE, ("file",), "evidence.too_large", most))
    for kind in KINDS:
        if kind.proves(content):
            return kind
    raise InvalidInput.at("file", key="evidence.kind")


def clean_name(given: str, kind: FileKind) -> str:
    """What the file is called: the given name without folders and without what nobody sees, with an ending of its kind."""
    last = _PATH.split(unicodedata.normalize("NFC", _NOT_IN_NAMES.sub("", given)))[-1]
    name = " ".join(_MEANS_SOMETHING.sub("_", last).split()).rstrip(" .")
    ending = next((each for each in kind.endings if name.lower().endswith(each)), None)
    stem = name[: -len(ending)] if ending else name
    ending = ending or kind.endings[0]
    return (stem[: LONGEST_NAME - len(ending)].strip(" .") or UNNAMED) + ending


def live(files: Evidence) -> Evidence:
    """Those that were not taken back."""
    return tuple(each for each in files if each.withdrawn_at is None)


def file_of(files: Evidence, file_id: str) -> EvidenceFile:
    """The file with this id, taken back or not. Raises: NotFound."""
    for each in files:
        if each.id == file_id:
            return each
    raise NotFound.at("file", key="not_found")


def same_content(files: Evidence, sha256: str, redacts: str | None) -> EvidenceFile | None:
    """The file that was added with this content before, for the same purpose. Raises: InvalidInput, for another one.

    A copy with the content of what it is a copy of hides nothing.
    """
    found = next((each for each in live(files) if each.sha256 == sha256), None)
    if found is not None and found.redacts != redacts:
        raise InvalidInput.at("file", key="evidence.same_content")
    return found


def has_room(files: Evidence) -> bool:
    """Whether one more may be added, if it is small enough."""
    return len(originals(files)) < MOST_FILES and len(files) < MOST_EVER


def originals(files: Evidence) -> Evidence:
    """What is there and is no copy of another."""
    return tuple(each for each in live(files) if each.redacts is None)


def copy_of(files: Evidence, original: str) -> EvidenceFile | None:
    """The redaction copy of a file; None where there is none."""
    return next((each for each in live(files) if each.redacts == original), None)


def without_copy(files: Evidence) -> Evidence:
    """What may get a redaction copy."""
    return tuple(each for each in originals(files) if copy_of(files, each.id) is None)


def unpublished(files: Evidence) -> Evidence:
    """The redaction copies that may be published."""
    return tuple(each for each in live(files) if each.redacts is not None and each.published_at is None)


def with_file(files: Evidence, added: EvidenceFile) -> Evidence:
    """The files with one more. Raises: LimitExceeded; NotFound and NotAllowedNow, for a copy of none or a second one."""
    if added.redacts is None and not has_room(files):
        raise LimitExceeded.at("file", key="evidence.too_many", most=MOST_FILES)
    if sum(each.size for each in live(files)) + added.size > MOST_IN_TOTAL or len(files) >= MOST_EVER:
        raise LimitExceeded.at("file", key="evidence.too_much", most=MOST_IN_TOTAL >> 20)
    if added.redacts is not None and file_of(originals(files), added.redacts) not in without_copy(files):
        raise NotAllowedNow.at("file", key="evidence.copy_before")
    return (*files, added)


def may_withdraw(file: EvidenceFile, sides: frozenset[Side]) -> bool:
    """Whether a caller with these sides takes it back: the reporter what came from there, an office what an office added."""
    if file.withdrawn_at is not None:
        return False
    return Side.REPORTER in sides if file.added_by == REPORTER else not sides.isdisjoint(OFFICES)
