"""Blocking points through the API."""
