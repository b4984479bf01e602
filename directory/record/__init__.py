"""The record over SQL: SQLite and PostgreSQL."""
