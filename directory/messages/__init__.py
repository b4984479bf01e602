"""Sentences in Chinese and English, by key."""
