"""The database's own clock: leases must not depend on whose machine asks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Float
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement


class DatabaseClock(FunctionElement[float]):
    """Seconds since 1970 by the database's clock, to the millisecond, also inside a long transaction."""

    type = Float(53)
    inherit_cache = True


@compiles(DatabaseClock, "postgresql")
def _postgresql(element: DatabaseClock, compiler: Any, **options: Any) -> str:
    return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS double precision)"


@compiles(DatabaseClock, "sqlite")
def _sqlite(element: DatabaseClock, compiler: Any, **options: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"
