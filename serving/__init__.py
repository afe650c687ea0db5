"""What the storefront reads: a thin API over the published tables, and the storefront itself."""
