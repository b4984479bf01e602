"""The domain: entities, states, rules, permissions, commands and the record."""
