"""The change feed: the sealed log as a list and as a subscription."""
