"""Personal data at the API: consents, views of contact details, a copy and the erasure of one's own."""
