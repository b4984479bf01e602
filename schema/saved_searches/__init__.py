"""Saved searches (订阅检索) in the API."""
