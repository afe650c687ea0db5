"""Queries with their answers' models: what a route or a page asks the published tables."""
