"""What every capability stands on: warehouse, artifacts, live models, figures, the shape of a job."""
