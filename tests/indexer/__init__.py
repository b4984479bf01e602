"""Tests of the indexer: documents, searches, following the log."""
