"""Arguments that many fields share, each with its one description."""

from __future__ import annotations

from typing import Annotated

import strawberry

from schema.enums import Language

In = Annotated[
    Language | None, strawberry.argument(description="The language of the text; Chinese unless asked.")
]
InEnglish = Annotated[
    Language | None, strawberry.argument(description="The language of the text; English unless asked.")
]
First = Annotated[int | None, strawberry.argument(description="How many to return at most, from 1 to 100.")]
After = Annotated[
    str | None,
    strawberry.argument(description="The cursor after which to go on; the beginning when left out."),
]
