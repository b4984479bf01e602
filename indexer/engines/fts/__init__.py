"""The parts of the embedded engine: tables, rows, conditions, pages."""
