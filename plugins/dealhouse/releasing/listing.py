"""What releases there are, and how two of them differ."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from dealhouse.database import transaction
from dealhouse.errors import BadInputError
from dealhouse.releasing import ledger, tables
from dealhouse.releasing.ledger import Dataset, Release


@dataclass(frozen=True)
class Difference:
    """Rows of one dataset that the later release has more, has no more, and has changed."""

    dataset: str
    added: int
    removed: int
    changed: int


def list_releases() -> list[Release]:
    """Every release, the newest first."""
    with transaction("publisher") as connection:
        return ledger.read_all(connection)


def diff(earlier: str, later: str) -> list[Difference]:
    """Compare the datasets that two releases share, by natural key; `as_of` and `model_version` alone change no row.

    Raises BadInputError when a release is unknown or its tables have been pruned.
    """
    with transaction("publisher") as connection:
        first, second = ledger.read(connection, earlier), ledger.read(connection, later)
        return [
            _difference(connection, name, first.datasets[name], second.datasets[name])
            for name in second.datasets if name in first.datasets
        ]


def _difference(connection: Connection, name: str, first: Dataset, second: Dataset) -> Difference:
    for dataset in (first, second):
        if not tables.exists(connection, dataset.table):
            raise BadInputError("its table has been pruned", dataset.table)
    key = ", ".join(_key(connection, second.table))
    body = "to_jsonb(t) - 'version' - 'as_of' - 'model_version'"
    row = connection.execute(text(f"""
        select count(*) filter (where a.body is null) as added, count(*) filter (where b.body is null) as removed,
               count(*) filter (where a.body <> b.body) as changed
        from (select {key}, {body} as body from publish.{first.table} t) a
        full join (select {key}, {body} as body from publish.{second.table} t) b using ({key})
    """)).one()  # noqa: S608 (names from the ledger and the catalogue)
    return Difference(name, row.added, row.removed, row.changed)


def _key(connection: Connection, table: str) -> list[str]:
    rows = connection.execute(text(
        "select a.attname from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey) "
        "where i.indrelid = to_regclass(:name) and i.indisprimary and a.attname <> 'version' order by a.attnum"
    ), {"name": f'publish."{table}"'})
    return [str(row.attname) for row in rows]
