"""Statistics on reports as the API shows them."""
