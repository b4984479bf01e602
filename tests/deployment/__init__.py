"""What is deployed, and what operators read about it."""
