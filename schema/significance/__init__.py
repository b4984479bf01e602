"""Which terms stand out in reports."""
