"""Bad inputs and faults, each against the real application."""
