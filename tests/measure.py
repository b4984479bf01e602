"""How much of a thing a run draws, kills or fills: enough to find a mistake each time, or all that was promised.

`MEASURE=full` asks for all of it, as `make full` does.
"""

from __future__ import annotations

import os
from typing import TypeVar

Amount = TypeVar("Amount")

FULL = os.environ.get("MEASURE") == "full"


def measure(short: Amount, full: Amount) -> Amount:
    """The amount for this run."""
    return full if FULL else short
