"""The record: what belongs to one database alone, and what takes long."""
