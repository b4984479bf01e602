"""Lists of names matched against the entries."""
