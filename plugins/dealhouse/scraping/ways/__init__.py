"""How a platform's documents are walked: one module per platform, each a coroutine `walk(crawl)`."""
