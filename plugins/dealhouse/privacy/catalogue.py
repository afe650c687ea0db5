"""The tables that there are, and who may change them, as Postgres knows them: no list by hand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from dealhouse.database import Role, transaction

# who writes a schema (docs/data-model.md); ops is only searched
WRITERS: dict[str, Role] = {
    "raw": "loader", "inbox": "loader", "predictions": "modeller", "publish": "publisher", "ops": "transformer",
    "contact": "notifier", "notify": "notifier",
    "staging": "transformer", "intermediate": "transformer", "marts": "transformer", "features": "transformer",
    "scored": "transformer", "publish_candidate": "transformer",
}
BUILT = frozenset({"staging", "intermediate", "marts", "features", "scored", "publish_candidate"})  # by dbt

# partitions come with their parents; views show what tables hold
TABLES = """
    select n.nspname as schema, c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where n.nspname = any(:schemas) and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'alembic_version'
    group by 1, 2 order by 1, 2
"""


@dataclass(frozen=True)
class Table:
    """A table and its columns."""

    schema: str
    name: str
    columns: frozenset[str]

    @property
    def title(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def quoted(self) -> str:
        return f'"{self.schema}"."{self.name}"'


def tables_of(connection: Connection, schemas: Sequence[str]) -> list[Table]:
    """Every table of these schemas that is no partition of another."""
    found = connection.execute(text(TABLES), {"schemas": list(schemas)})
    return [Table(row.schema, row.name, frozenset(row.columns)) for row in found]


def every_table() -> Iterator[tuple[Role, Connection, list[Table]]]:
    """The tables of each writer, in a transaction of the role that may change them."""
    for role in sorted(set(WRITERS.values())):
        schemas = [schema for schema, writer in WRITERS.items() if writer == role]
        with transaction(role) as connection:
            yield role, connection, tables_of(connection, schemas)
