"""The pages, one module a topic; `portal.site` collects their routes."""
