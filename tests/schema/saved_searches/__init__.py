"""Saved searches, through the API."""
