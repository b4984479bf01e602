"""Bulk out (导出): what a caller's search finds, as a file."""
