"""One suite for each port, run against each implementation."""
