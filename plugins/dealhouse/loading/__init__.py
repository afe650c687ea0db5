"""Loading: landed batches into raw by COPY, exactly once, with every refused row kept."""
