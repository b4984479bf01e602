"""Entries of the directory: types, search, commands."""
