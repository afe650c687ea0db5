"""Databases of a cluster: create them, migrate them."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg2
from psycopg2 import sql

PROJECT = Path(__file__).resolve().parents[1]


def create_database(server_url: str, name: str) -> bool:
    """Create a database unless it is there; `server_url` names any database of the server. True when created."""
    connection = psycopg2.connect(server_url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("select 1 from pg_database where datname = %s", (name,))
            if cursor.fetchone():
                return False
            cursor.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
            return True
    finally:
        connection.close()


def migrate(database_url: str) -> None:
    """Bring a Dealhouse database to the newest revision. Raises RuntimeError with Alembic's own words."""
    done = subprocess.run(
        [sys.executable, "-m", "alembic", "-c", str(PROJECT / "migrations" / "alembic.ini"), "upgrade", "head"],
        env={**os.environ, "DATABASE_URL": database_url}, capture_output=True, text=True, check=False,
    )
    if done.returncode:
        raise RuntimeError(f"migration failed: {done.stderr.strip()[-2000:]}")
