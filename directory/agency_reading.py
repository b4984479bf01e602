"""The bodies that a command makes responsible: one that leads (牵头单位), others that help (会办单位)."""

from __future__ import annotations

from directory.raw_fields import RawFields
from directory.report_reading import LONGEST_CODE, MOST_CODES
from directory.standing import may_help, may_lead
from directory.vocabulary import Agencies


def read_lead(fields: RawFields, name: str, agencies: Agencies, *, required: bool = False) -> str | None:
    """The code of a body that may lead; any other is noted as a problem."""
    code = fields.text(name, longest=LONGEST_CODE, required=required)
    if code is None:
        return None
    agency = agencies.get(code)
    if agency is None:
        fields.note(name, key="code.unknown", given=code)
    elif not may_lead(agency):
        fields.note(name, key="blockage.cannot_lead", agency=code)
    return code


def read_helpers(fields: RawFields, agencies: Agencies, lead: str | None) -> tuple[str, ...]:
    """Codes of bodies that may help, without the lead; any other is noted as a problem."""
    codes = fields.texts("co_agencies", longest=LONGEST_CODE, most=MOST_CODES)
    for code, place in codes.items():
        agency = agencies.get(code)
        if agency is None:
            fields.note("co_agencies", place, key="code.unknown", given=code)
        elif not may_help(agency):
            fields.note("co_agencies", place, key="blockage.cannot_help", agency=code)
        elif code == lead:
            fields.note("co_agencies", place, key="blockage.leads_and_helps", agency=code)
    return tuple(codes)
