"""Commands as callers give them, through permission, handler and record."""
