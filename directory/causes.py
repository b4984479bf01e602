"""
Where the cause of a report (成因) sits: whose rule or practice it is, and in which step of the procedure.

A firm may say so when it reports, and triage completes it. Nobody has to know: UNKNOWN says that it is not known, and is
kept as nothing at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from directory.coded_fields import check_code
from directory.raw_fields import RawFields
from directory.reference import Reference

UNKNOWN = "unknown"
# What is said by a code, and of which vocabulary it is.
CAUSES: Mapping[str, str] = {"cause_level": "cause_levels", "procedure_step": "procedure_steps"}
_LONGEST_CODE = 60


def read_cause(
    fields: RawFields, reference: Reference, today: date, otherwise: Mapping[str, str | None] | None = None
) -> dict[str, str | None]:
    """The codes by field, None for what is not known; `otherwise` holds what is kept of a field that is left out."""
    return {name: _read(fields, name, reference, today, (otherwise or {}).get(name)) for name in CAUSES}


def _read(
    fields: RawFields, name: str, reference: Reference, today: date, otherwise: str | None
) -> str | None:
    code = fields.text(name, longest=_LONGEST_CODE)
    if code is None:
        return otherwise
    if code == UNKNOWN:
        return None
    check_code(fields, (name,), code, reference.vocabulary(CAUSES[name]), today)
    return code
