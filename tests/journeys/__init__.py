"""Stories told through the API alone."""
