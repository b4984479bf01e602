"""Submissions: types, the review queue, commands."""
