"""Where invented causes sit: what triage finds of whose rule it is, and in which step of the procedure."""

from collections.abc import Mapping
from random import Random

from directory.vocabulary import Term

# By kind of obstacle: the levels and the steps that it is usually of.
_USUAL: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "access": (("national", "province", "prefecture", "county"), ("registration", "licensing", "filing")),
    "platform": (("platform", "platform", "national"), ("onboarding", "publishing", "settlement", "redress")),
    "contract": (("platform", "national"), ("contracting", "settlement", "redress")),
    "finance-tax": (("national", "province", "prefecture"), ("tax", "funding", "settlement")),
    "content": (("national", "platform"), ("publishing", "redress", "penalty")),
    "consumer": (("platform", "national"), ("redress", "settlement", "penalty")),
    "labour": (("national", "province", "prefecture"), ("contracting", "filing", "redress")),
    "governance": (("national", "province", "prefecture", "county"), ("inspection", "penalty", "guidance")),
}
_KNOWN_SHARE = 0.75


def cause(category: Term, title: str) -> dict[str, str]:
    """What triage says of the cause of a report; the same for the same title, nothing for what it does not know."""
    chance = Random(title)  # noqa: S311 - invention, not secrecy
    levels, steps = _USUAL.get(str(category.parent), ((), ()))
    said = {"cause_level": levels, "procedure_step": steps}
    return {
        name: chance.choice(codes) for name, codes in said.items() if codes and chance.random() < _KNOWN_SHARE
    }
