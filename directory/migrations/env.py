"""
Alembic's entry: runs the migrations in the connection of `directory.record.migrate`.

Inside a transaction that the caller has begun they are all part of it, as on SQLite; else each is one of its own.
"""

from alembic import context

from directory.record.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
