"""Deals: which to refuse, what their reference price is worth, how good they are."""
