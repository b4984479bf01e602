"""Regions as the options of a form: every province with what lies in it, asked for once a process and language."""

from __future__ import annotations

from directory.access import ANYONE
from portal.faults import OURS, PageFault
from portal.operation import Operation, operation
from portal.terms import Group, Option
from schema.enums import Language
from schema.root import SCHEMA, context_for
from schema.services import Services

PROVINCES = operation("provinces")
CITIES = operation("cities")


async def regions_of(services: Services, language: Language) -> list[Group]:
    """The provinces by name, each with itself and the regions directly inside it. Raises: PageFault."""

    async def ask(asked: Operation, **variables: str) -> list[Option]:
        result = await SCHEMA.execute(
            asked.text,
            variable_values={"language": language.value, **variables},
            context_value=context_for(services, ANYONE),
        )
        if result.data is None:
            raise PageFault(*OURS)
        return [(one["code"], one["name"]) for one in result.data["regions"]]

    return [(name, [(code, name), *await ask(CITIES, parent=code)]) for code, name in await ask(PROVINCES)]
