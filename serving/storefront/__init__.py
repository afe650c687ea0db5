"""The storefront: pages rendered on the server."""
