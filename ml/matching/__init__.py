"""Offers into products: identifiers, blocking, a scorer, average-link clusters with vetoes."""
