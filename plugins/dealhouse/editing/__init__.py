"""Editing: what people decide about deals, products and merchants; kept for good, in force with the next release."""
