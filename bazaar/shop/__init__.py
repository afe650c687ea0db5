"""The house shop: an outside system with a catalogue, stock, orders, customers and shoppers, which feeds the platform over HTTP."""
