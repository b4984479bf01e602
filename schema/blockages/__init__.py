"""Reports of what blocks a firm: types, search, commands."""
