"""Reference data: terms, regions, policies, agencies, programmes."""
