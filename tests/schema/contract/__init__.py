"""The public contract of the API, and how far the running schema keeps it."""
