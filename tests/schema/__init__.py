"""The API: transport, limits, identity, types."""
