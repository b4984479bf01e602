"""Web pages, served by the same process as the API."""
