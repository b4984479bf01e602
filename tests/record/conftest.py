"""Fresh records."""

from tests.record.fixtures import (
    empty_record_url,
    postgres_record,
    postgres_record_url,
    postgres_template,
    record,
    sqlite_record,
    sqlite_record_url,
)

__all__ = [
    "empty_record_url",
    "postgres_record",
    "postgres_record_url",
    "postgres_template",
    "record",
    "sqlite_record",
    "sqlite_record_url",
]
