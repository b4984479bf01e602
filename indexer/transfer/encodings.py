"""How the text of a file is encoded: told by whoever brings it, and looked at, but never guessed."""

from __future__ import annotations

import codecs
from enum import StrEnum
from pathlib import Path

_CHUNK = 1 << 20


class Encoding(StrEnum):
    """The encodings that are read; GBK and GB2312 are parts of GB 18030."""

    UTF_8 = "utf-8"
    GB18030 = "gb18030"

    @property
    def codec(self) -> str:
        """Python's codec for a whole file; it passes over a byte order mark."""
        return "utf-8-sig" if self is Encoding.UTF_8 else "gb18030"


def makes_sense_in(path: Path, encoding: Encoding) -> bool:
    """Whether every byte of the file makes sense in the encoding. Raises: OSError."""
    decoder = codecs.getincrementaldecoder(encoding.value)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
