"""Faults as answers over plain HTTP: the errors as GraphQL shows them, with the status that fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graphql import GraphQLError
from starlette.responses import Response

from directory.errors import DirectoryError
from schema.answers import answer
from schema.errors import ApiCode, retry_after
from schema.masking import shown_errors

# Codes that are not here are the caller's own mistakes, answered 400.
STATUS_OF: Mapping[str, int] = {
    ApiCode.FORBIDDEN: 403,
    ApiCode.FIELD_NOT_ALLOWED: 403,
    ApiCode.UNAVAILABLE: 503,
    ApiCode.SEARCH_UNAVAILABLE: 503,
    ApiCode.INTERNAL: 500,
    ApiCode.RATE_LIMITED: 429,
    ApiCode.BUSY: 503,
}


class NotAnswered(Exception):
    """A request that leads to nothing; `errors` are fit for the caller's eyes."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        super().__init__(errors[0].message)
        self.errors = errors

    @classmethod
    def by(cls, fault: GraphQLError | DirectoryError) -> NotAnswered:
        """Because of a fault; what is no caller's business is logged and masked."""
        error = fault if isinstance(fault, GraphQLError) else GraphQLError(str(fault), original_error=fault)
        return cls(shown_errors([error], validated=True))


def refused(cause: NotAnswered, statuses: Mapping[str, int] = STATUS_OF) -> Response:
    """The answer: the first error whose code has a status of its own decides on it."""
    codes = [str((one.extensions or {}).get("code")) for one in cause.errors]
    status = next((statuses[code] for code in codes if code in statuses), 400)
    seconds = retry_after(cause.errors)
    headers = {} if seconds is None else {"retry-after": str(seconds)}
    return answer({"errors": [one.formatted for one in cause.errors]}, status=status, headers=headers)
