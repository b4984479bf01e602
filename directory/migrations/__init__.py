"""Migrations of the record, run by `directory.record.migrate`."""
