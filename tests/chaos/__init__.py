"""Proof that the index equals the record, whatever happens to either, to the indexer and to what lies between them."""
