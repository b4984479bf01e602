"""Reference data and sample data."""
