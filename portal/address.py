"""Addresses of pages: all that a page shows stands in its address, so that it can be shared, kept and gone back to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

Pairs = tuple[tuple[str, str], ...]

CURSOR = "after"


@dataclass(frozen=True, slots=True)
class Address:
    """A path of this site with its query, in the order given; `str` writes it."""

    path: str
    query: Pairs = ()

    def __str__(self) -> str:
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path

    def value(self, name: str) -> str:
        """The parameter's last value without blanks around it; "" where it has none."""
        return next((value.strip() for key, value in reversed(self.query) if key == name), "")

    def all(self, name: str) -> Sequence[str]:
        """The parameter's values that say something, each once."""
        return list(
            dict.fromkeys(value.strip() for key, value in self.query if key == name and value.strip())
        )

    def at(self, path: str) -> Address:
        """The same query at another path."""
        return replace(self, path=path)

    def having(self, name: str, *values: str) -> Address:
        """With these values of the parameter, and no others."""
        kept = [pair for pair in self.query if pair[0] != name]
        return replace(self, query=(*kept, *((name, value) for value in values)))

    def adding(self, name: str, value: str) -> Address:
        """With this value too, from the first page on."""
        changed = self.dropping(name, value)
        return replace(changed, query=(*changed.query, (name, value)))

    def dropping(self, name: str, value: str | None = None) -> Address:
        """Without this value of the parameter, or without all of them, from the first page on."""
        return replace(
            self,
            query=tuple(
                (key, given)
                for key, given in self.query
                if key != CURSOR and not (key == name and value in (None, given.strip()))
            ),
        )


def address(path: str, **query: object) -> Address:
    """The path with what is given of the query: None and "" are left out, lists repeat the name."""
    pairs: list[tuple[str, str]] = []
    for name, value in query.items():
        values = value if isinstance(value, list | tuple) else [value]
        pairs += [(name, str(one)) for one in values if one not in (None, "")]
    return Address(path, tuple(pairs))
