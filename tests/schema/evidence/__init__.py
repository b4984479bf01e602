"""The desks of those at work, through the API."""
