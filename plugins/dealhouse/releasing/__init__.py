"""Releasing: build versioned tables from the candidate views, flip the storefront to them, roll back, prune; live offers."""
