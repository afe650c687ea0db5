"""Categories and tags: what a product is, in our taxonomy, and the traits that its offers agree on."""
