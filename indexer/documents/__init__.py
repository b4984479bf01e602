"""From present state to searchable documents."""
