"""The GraphQL API and its ASGI application."""
