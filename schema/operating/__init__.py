"""What those who run the directory (运维) see and do: refused documents, deliveries in vain, keys, accounts."""
