"""The tables of publish: parents partitioned by version, and one table a version.

A parent carries the hash of its contract as its comment. The live parent of `deal` is `publish.deal`; one of another contract
waits beside it as `publish.deal_c<hash>` until a flip or a rollback makes it the live one by renaming both.
"""

from sqlalchemy import Connection, text

from dealhouse.errors import ContractError
from dealhouse.releasing.contract import SCHEMA, Contract

COMMENT = "contract "


def table_name(dataset: str, version: int) -> str:
    return f"{dataset}_v{version}"


def exists(connection: Connection, table: str, schema: str = "publish") -> bool:
    found = connection.execute(text("select to_regclass(:name)"), {"name": f'{schema}."{table}"'}).scalar()
    return found is not None


def contract_of(connection: Connection, parent: str) -> str | None:
    """The contract hash that a parent carries; None when there is no such parent."""
    comment = connection.execute(
        text("select obj_description(to_regclass(:name), 'pg_class')"), {"name": f'publish."{parent}"'}
    ).scalar()
    return None if comment is None else str(comment).removeprefix(COMMENT)


def aside_name(dataset: str, contract_hash: str) -> str:
    return f"{dataset}_c{contract_hash[:8]}"


def parent_of(connection: Connection, dataset: str, contract_hash: str) -> str | None:
    """The name under which the parent for a contract stands now: the live one, one beside it, or None."""
    for name in (dataset, aside_name(dataset, contract_hash)):
        if contract_of(connection, name) == contract_hash:
            return name
    return None


def ensure_parent(connection: Connection, contract: Contract) -> None:
    """Create the parent for a contract unless it stands: under the live name when that is free, else beside it."""
    if parent_of(connection, contract.dataset, contract.hash):
        return
    is_taken = exists(connection, contract.dataset)
    name = aside_name(contract.dataset, contract.hash) if is_taken else contract.dataset
    columns = ", ".join(
        f"{column.name} {column.data_type}" + (" not null" if column.name in contract.key else "") for column in contract.columns
    )
    connection.execute(text(f"create table publish.{name} (version bigint not null, {columns}) partition by list (version)"))
    connection.execute(text(f"comment on table publish.{name} is '{COMMENT}{contract.hash}'"))


def check_candidate(connection: Connection, contract: Contract) -> None:
    """Hold the candidate view against its contract; raises ContractError naming each column that is absent or retyped."""
    given = _columns(connection, SCHEMA, contract.dataset)
    if not given:
        raise ContractError(f"{SCHEMA}.{contract.dataset} is not built, or publisher may not read it")
    parent = parent_of(connection, contract.dataset, contract.hash)
    wanted = _columns(connection, "publish", parent or contract.dataset)
    faults = [
        f"{name} is {given.get(name, ('absent',))[0]}, not {wanted[name][0]}"
        for name in contract.column_names if name not in given or not _fits(given[name], wanted[name])
    ]
    if faults:
        raise ContractError(f"{SCHEMA}.{contract.dataset}: {'; '.join(faults)}")


def _columns(connection: Connection, schema: str, relation: str) -> dict[str, tuple[str, str]]:
    """Column name -> (type, type category) of a relation; empty when it is absent."""
    rows = connection.execute(text(
        "select a.attname, t.typname, t.typcategory from pg_attribute a join pg_type t on t.oid = a.atttypid "
        "where a.attrelid = to_regclass(:name) and a.attnum > 0 and not a.attisdropped"
    ), {"name": f'{schema}."{relation}"'})
    return {row.attname: (row.typname, row.typcategory) for row in rows}


def _fits(given: tuple[str, str], wanted: tuple[str, str]) -> bool:
    """The same type, or two kinds of text or of number: length and precision are the parent's."""
    return given[0] == wanted[0] or (given[1] == wanted[1] and given[1] in "SN")


def fill(connection: Connection, contract: Contract, version: int) -> int:
    """Create the detached table of a version from its candidate, sorted, keyed, indexed and analysed; the rows copied."""
    table, parent = table_name(contract.dataset, version), parent_of(connection, contract.dataset, contract.hash)
    columns = ", ".join(contract.column_names)
    connection.execute(text(f"create table publish.{table} (like publish.{parent})"))
    copied = connection.execute(text(
        f"insert into publish.{table} (version, {columns}) "  # noqa: S608 (names are checked by the contract)
        f"select {version}, {columns} from {SCHEMA}.{contract.dataset} order by {', '.join(contract.sort)}"
    )).rowcount
    # attaching trusts this check and need not scan the table
    connection.execute(text(f"alter table publish.{table} add constraint {table}_version check (version = {version})"))
    connection.execute(text(f"alter table publish.{table} add primary key (version, {', '.join(contract.key)})"))
    for index in contract.indexes:
        options = " with (fastupdate = off)" if index.method == "gin" else ""
        connection.execute(text(f"create index on publish.{table} using {index.method} ({', '.join(index.columns)}){options}"))
    connection.execute(text(f"analyze publish.{table}"))
    return int(copied)


def attached_to(connection: Connection, table: str) -> str | None:
    """The parent that a version's table is a partition of, None when it is detached."""
    parent = connection.execute(text(
        "select p.relname from pg_inherits i join pg_class p on p.oid = i.inhparent where i.inhrelid = to_regclass(:name)"
    ), {"name": f'publish."{table}"'}).scalar()
    return None if parent is None else str(parent)


def finish_detaching(connection: Connection, parent: str) -> None:
    """Complete a concurrent detach that was cut short: Postgres allows a parent one at a time, and hides its rows already."""
    pending = connection.execute(text(
        "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid "
        "where i.inhparent = to_regclass(:name) and i.inhdetachpending"
    ), {"name": f'publish."{parent}"'}).scalar()
    if pending is not None:
        connection.execute(text(f"alter table publish.{parent} detach partition publish.{pending} finalize"))


def attach(connection: Connection, table: str, parent: str, version: int) -> None:
    """Make a version's table a partition, unless it is one. Readers and writers of the parent go on."""
    finish_detaching(connection, parent)
    if attached_to(connection, table) is None:
        connection.execute(text(f"alter table publish.{parent} attach partition publish.{table} for values in ({version})"))


def make_live(connection: Connection, dataset: str, parent: str) -> None:
    """Give a parent that waits beside the live one the dataset's own name.

    The exclusive lock on publish.current waits for every transaction that has read its pointer, so a reader that resolves the
    version and reads the rows in one transaction never meets the other contract's parent.
    """
    if parent == dataset:
        return
    connection.execute(text("lock table publish.current in access exclusive mode"))
    retired = aside_name(dataset, contract_of(connection, dataset) or "unknown")
    connection.execute(text(f"alter table publish.{dataset} rename to {retired}"))
    connection.execute(text(f"alter table publish.{parent} rename to {dataset}"))


def parents_beside(connection: Connection) -> list[tuple[str, str]]:
    """(name, contract hash) of every parent that is not live and has no partition left."""
    rows = connection.execute(text(
        "select c.relname, obj_description(c.oid, 'pg_class') as comment from pg_class c "
        "where c.relnamespace = 'publish'::regnamespace and c.relkind = 'p' and c.relname ~ '_c[0-9a-f]{8}$' "
        "and not exists (select from pg_inherits i where i.inhparent = c.oid)"
    ))
    return [(row.relname, str(row.comment).removeprefix(COMMENT)) for row in rows]
