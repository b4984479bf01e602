"""What a caller is told without asking (通知): the inbox, and what is read of it."""
