"""What a rule answers about a single value that it cannot take; the path is known only to whoever asked."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar

from directory.errors import ErrorCode, Problem


class RefusedValue(ValueError):
    """A value that breaks its own rule.

    `reason` is machine-readable; `key`, "<subject>.<reason>", names the sentence in the message catalogue and
    `params` fill it.
    """

    subject: ClassVar[str]
    code: ClassVar[ErrorCode] = ErrorCode.INVALID

    def __init__(self, reason: StrEnum, **params: Any) -> None:
        super().__init__(f"{self.subject}.{reason}")
        self.reason = reason
        self.params = params

    @property
    def key(self) -> str:
        """The key of the sentence, such as `uscc.checksum`."""
        return f"{self.subject}.{self.reason}"

    def problem_at(self, *path: str) -> Problem:
        """The same refusal as a problem of the input field at `path`."""
        return Problem(self.code, path, self.key, self.params)


def visible(character: str) -> str:
    """The character as a sentence may show it: itself, or U+XXXX when it is invisible or not printable."""
    return character if character.isprintable() and character != " " else f"U+{ord(character):04X}"
