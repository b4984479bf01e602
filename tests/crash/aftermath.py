"""What must hold of a record after its server was killed, read from the database itself."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from pathlib import Path

from tests.crash.clients import REPORT_BLOCKAGE, SAVE_DRAFT, SUBMIT_FIRM, Wish

TABLES = ("firms", "submissions", "blockages")


def damage(database: Path, wishes: list[Wish]) -> list[str]:
    """Everything that is not as it should be; `wishes` are all that were acknowledged, each granted once."""
    connection = sqlite3.connect(database)
    try:
        found = [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        found += [f"broken reference: {row}" for row in connection.execute("PRAGMA foreign_key_check")]
        found += _versions_without_facts(connection)
        found += _halves(connection)
        return found + _lost_or_doubled(connection, wishes)
    finally:
        connection.close()


def _versions_without_facts(connection: sqlite3.Connection) -> list[str]:
    """Entities whose version is not the number of their facts, or whose facts leave a version out."""
    facts: dict[str, list[int]] = {}
    for entity, version in connection.execute(
        "SELECT entity_id, entity_version FROM log_entries ORDER BY id"
    ):
        facts.setdefault(entity, []).append(version)
    kept = {
        entity: version
        for table in TABLES
        for entity, version in connection.execute(f"SELECT id, version FROM {table}")
    }
    return [
        f"{entity} has version {kept.get(entity)} and facts {facts.get(entity)}"
        for entity in kept.keys() | facts.keys()
        if list(range(1, kept.get(entity, 0) + 1)) != facts.get(entity)
    ]


def _halves(connection: sqlite3.Connection) -> list[str]:
    """Entries without the submission that brought them, and submissions handed in without their entry."""
    alone = connection.execute(
        "SELECT id FROM firms WHERE status = 'PENDING' AND id NOT IN (SELECT firm_id FROM submissions)"
    )
    found = [f"entry without submission: {row[0]}" for row in alone]
    lost = connection.execute(
        "SELECT id FROM submissions WHERE status <> 'DRAFT' AND firm_id NOT IN (SELECT id FROM firms)"
    )
    return found + [f"submission without entry: {row[0]}" for row in lost]


def _lost_or_doubled(connection: sqlite3.Connection, wishes: list[Wish]) -> list[str]:
    expected = Counter((wish.query, _mark(wish)) for wish in wishes)
    found = Counter(
        [
            (SUBMIT_FIRM, uscc)
            for (uscc,) in connection.execute("SELECT uscc FROM firms WHERE status = 'PENDING'")
        ]
        + [
            (SAVE_DRAFT, json.loads(state)["draft"]["name"])
            for (state,) in connection.execute("SELECT state FROM submissions WHERE status = 'DRAFT'")
        ]
        + [
            (REPORT_BLOCKAGE, json.loads(state)["title"])
            for (state,) in connection.execute("SELECT state FROM blockages")
        ]
    )
    return [
        f"{mark}: asked for {expected[query, mark]} times, there {found[query, mark]} times"
        for query, mark in expected.keys() | found.keys()
        if expected[query, mark] != found[query, mark]
    ]


def _mark(wish: Wish) -> str:
    """What a wish's effect is known by."""
    if wish.query == REPORT_BLOCKAGE:
        return str(wish.input["title"])
    profile = wish.input["profile"]
    return str(profile["uscc"] if wish.query == SUBMIT_FIRM else profile["name"])
