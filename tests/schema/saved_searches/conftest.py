"""A listed firm whose reports lie on the desks."""

from tests.schema.blockages.conftest import reports

__all__ = ["reports"]
