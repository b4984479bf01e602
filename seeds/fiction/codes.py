"""Unified social credit codes that are valid and issued to nobody: their bodies begin FFFF (GB 32100-2015)."""

from directory.identifiers import USCC_ALPHABET, organisation_code_ok, uscc_check_character

_BODY = "FFFF"
_BODIES = len(USCC_ALPHABET) ** 4
_STRIDE = 592_919  # has no factor in common with 31, so that it visits every body once
LARGEST_COUNT = 3 * _BODIES
"""So many different codes there are for one prefix and prefecture."""


def cycle_of(index: int) -> int:
    """How often all bodies were used before the firm `index`. Raises: ValueError when there are no more codes."""
    if index >= LARGEST_COUNT:
        raise ValueError(f"no more than {LARGEST_COUNT} sample firms have codes of their own")
    return index // _BODIES


def sample_uscc(prefix: str, authority: str, index: int) -> str:
    """The code of firm `index`: prefix of two, authority of six, organisation code with check (GB 11714), check."""
    number = index * _STRIDE % _BODIES
    tail = ""
    for _ in range(4):
        number, digit = divmod(number, len(USCC_ALPHABET))
        tail += USCC_ALPHABET[digit]
    first16 = f"{prefix}{authority}{_BODY}{tail}"
    check = next(check for check in "0123456789X" if organisation_code_ok(first16 + check))
    first17 = first16 + check
    return first17 + uscc_check_character(first17)
