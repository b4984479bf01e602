"""The bytes of evidence files over HTTP."""
