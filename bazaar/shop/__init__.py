"""The house shop: an outside system with catalogue, stock, orders, customers and shoppers that feeds the platform over HTTP."""
