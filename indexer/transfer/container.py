"""
What is inside a workbook (XLSX, ECMA-376), looked at before any of it is understood: a small file can hold a large one.

Every part is unpacked once and counted, not kept; what a file says about its own size is not believed.
"""

from __future__ import annotations

import copy
import zipfile
import zlib
from pathlib import Path

from indexer.transfer.read import UnreadableFile

MOST_PARTS = 200
MOST_BYTES = 100 << 20
# Text packs well, but not so well: below this size a part may pack as it likes.
MOST_RATIO = 200
_SMALL = 1 << 20
_CHUNK = 1 << 16
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_WORKBOOK = "xl/workbook.xml"
_MACROS = ("vbaproject.bin", "macrosheets/")
_LINKS = "xl/externallinks/"
_DOCTYPE = b"<!DOCTYPE"

NOT_A_WORKBOOK = "The file is no XLSX workbook, whatever its name says. 该文件不是有效的XLSX工作簿。"
ENCRYPTED = (
    "The workbook is protected by a password, or of the old kind (.xls). Save it as XLSX without a password. "
    "该工作簿已加密，或为旧版.xls格式；请取消密码并另存为XLSX。"
)
DAMAGED = "The workbook is damaged: it cannot be unpacked. 该工作簿已损坏，无法解压。"
TOO_LARGE = (
    f"The workbook is too large: unpacked at most {MOST_BYTES >> 20} MiB in {MOST_PARTS} parts. Divide it, or save it "
    f"as CSV. 工作簿过大：解压后最多{MOST_BYTES >> 20}MiB、{MOST_PARTS}个部件；请拆分，或另存为CSV。"
)
BOMB = (
    f"The workbook is packed more than {MOST_RATIO} times: no table is. Save it as CSV. "
    f"工作簿压缩比超过{MOST_RATIO}倍，不像正常的表格；请另存为CSV。"
)
MACROS = "The workbook holds macros. Save it as XLSX without them. 该工作簿含有宏，请另存为不含宏的XLSX。"
LINKS = (
    "The workbook draws on other files. Replace links by their values and save it again. "
    "该工作簿引用了外部文件，请将外部链接替换为数值后另存。"
)
ENTITIES = "A part of the workbook declares a document type, which no spreadsheet writes. 该工作簿含有文档类型声明，不予读取。"


def check_container(path: Path) -> None:
    """Raises: UnreadableFile for anything but a plain workbook of bearable size."""
    try:
        with path.open("rb") as file:
            head = file.read(len(_OLE))
        if head == _OLE:
            raise UnreadableFile(ENCRYPTED)
        with zipfile.ZipFile(path) as packed:
            _check_names(packed.infolist())
            _check_sizes(packed)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, UnicodeDecodeError):
        raise UnreadableFile(DAMAGED if head.startswith(b"PK") else NOT_A_WORKBOOK) from None
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror or error}.") from None


def _check_names(parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename.casefold() for part in parts]
    if len(names) > MOST_PARTS:
        raise UnreadableFile(TOO_LARGE)
    if _WORKBOOK not in names or len(set(names)) != len(names):
        raise UnreadableFile(NOT_A_WORKBOOK)
    if any(part.flag_bits & 1 for part in parts):
        raise UnreadableFile(ENCRYPTED)
    if any(mark in name for name in names for mark in _MACROS):
        raise UnreadableFile(MACROS)
    if any(name.startswith(_LINKS) for name in names):
        raise UnreadableFile(LINKS)


def _check_sizes(packed: zipfile.ZipFile) -> None:
    parts = packed.infolist()
    if sum(part.file_size for part in parts) > MOST_BYTES:
        raise UnreadableFile(TOO_LARGE)
    left = MOST_BYTES
    for part in parts:
        size = _unpacked(packed, part, left)
        left -= size
        if size > _SMALL and size > MOST_RATIO * part.compress_size:
            raise UnreadableFile(BOMB)
        if size != part.file_size:
            raise UnreadableFile(DAMAGED)


def _unpacked(packed: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> int:
    """How many bytes the part really holds. Raises: UnreadableFile beyond `most`, or for a document type."""
    told = copy.copy(part)
    told.file_size = most + 1  # else no more is read than the part admits to
    size, before = 0, b""
    with packed.open(told) as file:
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            if size > most:
                raise UnreadableFile(TOO_LARGE)
            if _DOCTYPE in before + chunk:
                raise UnreadableFile(ENTITIES)
            before = chunk[-len(_DOCTYPE) :]
    return size
