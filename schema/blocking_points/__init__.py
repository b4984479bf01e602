"""Blocking points (政策堵点) in the API."""
