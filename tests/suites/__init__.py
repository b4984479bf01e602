"""Suites that other people wrote, run against this API."""
