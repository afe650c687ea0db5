"""What a product page says, layer by layer: markup in several spellings, its scripts' state, and what a shopper sees."""
