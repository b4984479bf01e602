"""The whole server killed and stopped while it works."""
