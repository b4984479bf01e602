"""What the application may do on PostgreSQL when it runs as another role than the owner of the tables.

The log's triggers refuse changes to everyone but who removes the triggers: the owner. A role with only these rights
cannot remove them either.
"""

from __future__ import annotations

from collections.abc import Sequence

from directory.record.tables import log_entries, log_seals, metadata

APPEND_ONLY = frozenset({log_entries.name, log_seals.name})


def application_rights(role: str) -> Sequence[str]:
    """The statements that give `role` its rights, to be run by the owner after each migration."""
    quoted = '"' + role.replace('"', '""') + '"'
    tables = [table.name for table in metadata.sorted_tables]
    changing = ", ".join(name for name in tables if name not in APPEND_ONLY)
    return (
        f"REVOKE ALL ON {', '.join(tables)} FROM {quoted}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {changing} TO {quoted}",
        f"GRANT SELECT, INSERT ON {', '.join(sorted(APPEND_ONLY))} TO {quoted}",
        f"GRANT USAGE ON SEQUENCE {log_entries.name}_id_seq TO {quoted}",
        f"GRANT SELECT ON alembic_version TO {quoted}",
    )
