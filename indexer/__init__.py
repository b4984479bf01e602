"""Following the log into the search index: documents, queries, engines."""
