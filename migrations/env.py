"""Alembic's entry: bootstrap roles and schemas, then run the revisions as `dealhouse_owner`."""

import os
from pathlib import Path

from alembic import context
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

BOOTSTRAP = Path(__file__).with_name("bootstrap.sql")
MIGRATION_LOCK = 7_305_511  # one migration at a time, whoever starts it


def database_url() -> str:
    """DATABASE_URL, with the driver made explicit (SQLAlchemy 2.1's plain scheme means psycopg 3)."""
    url = os.environ["DATABASE_URL"]
    return url.replace("postgresql://", "postgresql+psycopg2://", 1)


def bootstrap(connection: Connection) -> None:
    """Create what the revisions stand on: roles, schemas, extensions. Safe to repeat."""
    connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
    connection.connection.cursor().execute(BOOTSTRAP.read_text())


def run() -> None:
    engine = create_engine(database_url(), poolclass=NullPool)
    with engine.begin() as connection:
        bootstrap(connection)
    with engine.connect() as connection:
        connection.exec_driver_sql("set role dealhouse_owner")
        connection.commit()
        context.configure(connection=connection, version_table_schema="ops")
        with context.begin_transaction():
            context.run_migrations()


run()
