"""Figures measured side by side, so that their ratios mean something on any machine."""
