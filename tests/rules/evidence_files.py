"""Contents of files: the smallest of each kind that is taken, and what only looks like one."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def png(pixel: bytes = b"\0\0\0\0") -> bytes:
    """One pixel."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + name + data + zlib.crc32(name + data).to_bytes(4)

    head = b"\0\0\0\1\0\0\0\1\x08\6\0\0\0"
    whole = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" + pixel)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + whole


JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xd9"
TEXT = "三月结算单：应付12000元，实付9600元。\n".encode()
TAKEN: Mapping[str, bytes] = {
    "application/pdf": PDF,
    "image/png": png(),
    "image/jpeg": JPEG,
    "text/plain": TEXT,
}
ZIP = b"PK\3\4\x14\0\0\0\0\0" + b"\0" * 60
REFUSED: Mapping[str, bytes] = {
    "a program": b"MZ\x90\0\3\0\0\0",
    "an archive, a workbook, a bomb": ZIP,
    "a PDF that was cut off": PDF[:-8],
    "a picture that was cut off": png()[:-5],
    "a picture with an archive behind its end": png() + ZIP,
    "a photograph with a page behind its end": JPEG + b"<script>alert(1)</script>",
    "a PDF with an archive behind its end": PDF + ZIP,
    "text in another encoding": "结算单".encode("gb18030"),
    "text with a control character": b"a\0b",
    "text in two bytes a character": "bill".encode("utf-16"),
    "a drawing that runs scripts, compressed": b"\x1f\x8b\x08\0svg",
}
