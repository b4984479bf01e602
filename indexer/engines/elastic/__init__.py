"""The parts of the Elasticsearch engine: client, mapping, queries, bulk writes, generations."""
