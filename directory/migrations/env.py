"""Alembic's entry: runs the migrations in the connection and the transaction of `directory.record.migrate`."""

from alembic import context

from directory.record.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
