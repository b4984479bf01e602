"""Signing in on the web: the whole way against a real provider, and every way that is not to be gone."""
