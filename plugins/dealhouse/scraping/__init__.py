"""Scraping: from a merchant's documents to landed offers. Parsers are pure; the fetcher is polite; no Airflow."""
