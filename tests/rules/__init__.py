"""Tests of the rules of the domain: pure functions, no store, no clock."""
