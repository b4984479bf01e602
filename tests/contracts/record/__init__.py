"""The record over SQLite and PostgreSQL: one suite for both."""
