"""Invented firms and reports: names, places, figures, stories and lives."""
