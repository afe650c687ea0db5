"""What a database holds, as one hash per relation: equal hashes are equal rows, whatever order they lie in."""

from collections.abc import Collection, Mapping, Sequence

import psycopg2
from psycopg2 import sql

RELATIONS = """
select c.relnamespace::regnamespace::text, c.relname, array_agg(a.attname::text order by a.attnum)
from pg_class as c join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace::regnamespace::text = any(%s) and c.relkind in ('r', 'p', 'v') and not c.relispartition
group by 1, 2
"""
HASH = "select count(*), coalesce(md5(string_agg(h, '' order by h)), '') from (select md5(row({})::text) as h from {}) as rows"
Prints = dict[str, tuple[int, str]]


def fingerprints(url: str, schemas: Sequence[str], *, without: Mapping[str, Collection[str]] | None = None) -> Prints:
    """(rows, hash) of every relation of the schemas, partitions with their parent.

    without: columns to leave out by `schema.relation`, or by `*` in any relation.
    """
    left_out = without or {}
    prints: Prints = {}
    with psycopg2.connect(url, options="-c timezone=UTC") as connection, connection.cursor() as cursor:
        cursor.execute(RELATIONS, (list(schemas),))
        for schema, name, columns in cursor.fetchall():
            hidden = {*left_out.get("*", ()), *left_out.get(f"{schema}.{name}", ())}
            kept = sql.SQL(", ").join(sql.Identifier(column) for column in columns if column not in hidden)
            cursor.execute(sql.SQL(HASH).format(kept, sql.Identifier(schema, name)))
            rows, content = cursor.fetchone() or (0, "")
            prints[f"{schema}.{name}"] = (int(rows), str(content))
    return prints


def differences(left: Prints, right: Prints) -> list[str]:
    """The relations that differ, or that only one side has."""
    return sorted(name for name in left.keys() | right.keys() if left.get(name) != right.get(name))
