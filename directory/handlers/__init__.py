"""What each command does: load, ask the rule, save."""
