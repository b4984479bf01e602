"""Entries through the API."""
