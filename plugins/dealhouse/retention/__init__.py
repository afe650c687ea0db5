"""Retention: how long what is kept, in one file, and what takes the rest away once a day."""
