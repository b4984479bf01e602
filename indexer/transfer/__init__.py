"""Data in and out in bulk: import of entries row by row."""
