"""One module per merchant format: `extract(document, context)` yields an Offer or a Reject per row and never raises."""
