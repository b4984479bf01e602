"""Delivery of notices to where their readers want them."""
