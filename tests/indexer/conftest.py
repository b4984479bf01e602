"""Indexers at work: records of each kind, engines of each kind."""

from __future__ import annotations

import pytest

from directory.record.open import SqlRecord
from indexer.query.search import SearchEngine
from tests.contracts.engines.conftest import engine
from tests.indexer.office import Office

__all__ = ["engine"]


@pytest.fixture
def office(sqlite_record: SqlRecord, engine: SearchEngine) -> Office:
    """An indexer between a SQLite record and each kind of engine."""
    return Office(sqlite_record, engine)


@pytest.fixture
def any_office(record: SqlRecord, engine: SearchEngine) -> Office:
    """An indexer between each kind of record and each kind of engine."""
    return Office(record, engine)
