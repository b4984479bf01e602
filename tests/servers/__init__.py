"""Real servers for tests: Elasticsearch, PostgreSQL and a browser, found or fetched, started and stopped here."""
