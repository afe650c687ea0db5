"""Landing: what was fetched, kept as immutable batches in a folder or an S3 bucket."""
