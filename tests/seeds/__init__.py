"""Tests of reference and sample data."""
