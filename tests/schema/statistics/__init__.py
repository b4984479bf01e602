"""Statistics through the API."""
