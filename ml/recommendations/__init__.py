"""Recommendations: what a shopper may want next, each item with a reason that is true of the data."""
