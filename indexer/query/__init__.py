"""The engine-neutral form of a search."""
