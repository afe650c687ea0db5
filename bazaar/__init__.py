"""The world outside: merchants over HTTP, the house shop, its shoppers, a clock. It knows the truth and imports no other room."""
