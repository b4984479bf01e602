"""Data in and out in bulk."""
