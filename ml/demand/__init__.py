"""Demand: units per SKU, category and day for the next four weeks, with their spread."""
