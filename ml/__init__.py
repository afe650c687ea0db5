"""What we predict: one folder per capability, no Airflow; `python -m ml <capability> <verb>`."""
