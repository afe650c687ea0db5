"""Pricing: cost-plus blended toward the market, between rails that nothing may break, each price with its reason."""
