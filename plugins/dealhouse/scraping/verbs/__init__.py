"""The verbs of `python -m dealhouse.scraping`: one module each, `add` declares its arguments, `run` does it."""
