"""A code among raw fields, held against its vocabulary."""

from __future__ import annotations

from datetime import date

from directory.raw_fields import RawFields
from directory.vocabulary import Vocabulary


def check_code(
    fields: RawFields, steps: tuple[str, ...], code: str, vocabulary: Vocabulary, today: date
) -> None:
    """Notes a problem at `steps` unless the code names a leaf of the vocabulary that may be used today."""
    term = vocabulary.get(code)
    if term is None:
        fields.note(*steps, key="code.unknown", given=code)
    elif not term.assignable:
        fields.note(*steps, key="code.too_general", given=code)
    elif not term.is_valid_on(today):
        fields.note(*steps, key="code.retired", given=code)
