"""Signing in on the web (登录): OpenID Connect, sessions that the record keeps, and proof against forged requests."""
