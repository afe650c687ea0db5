"""Every table that names a person, found by its columns: their rows go. What dbt built is built again, of what raw says now."""

from sqlalchemy import Connection, text

from dealhouse.database import transaction
from dealhouse.loading.ids import erased_hash
from dealhouse.privacy.catalogue import BUILT, Table, every_table, tables_of
from dealhouse.privacy.person import DEVICES, KEY, Person, theirs

# the next build of these models reads the batches once more (dbt/macros/incremental.sql)
FORGET_BATCHES = text("delete from intermediate.built_batches where batch_id = any(:batches) and model = any(:models)")
LAST_BUILT = text("select max(as_of) from intermediate.build_state")
HAS_BUILT = text("select to_regclass('intermediate.build_state') is not null")
IDENTITIES = text("delete from raw.customer_identities where customer_key = any(:keys)")


def names_people(table: Table) -> bool:
    return bool(table.columns & {KEY, *DEVICES})


def forget(person: Person, batches: list[str]) -> dict[str, int]:
    """Delete their rows everywhere but in raw, which was loaded again; rows by table. batches: those that were loaded again."""
    gone: dict[str, int] = {}
    for role, connection, tables in every_table():
        named = [table for table in tables if table.schema != "raw" and names_people(table)]
        gone |= {table.title: rows for table in named if (rows := _delete(connection, table, person))}
        if role == "transformer" and connection.execute(HAS_BUILT).scalar():
            models = [table.name for table in named if table.schema in BUILT]
            connection.execute(FORGET_BATCHES, {"batches": batches, "models": models})
    return gone


def _delete(connection: Connection, table: Table, person: Person) -> int:
    condition, given = theirs(table, person)
    return int(connection.execute(text(f"delete from {table.quoted} where {condition}"), given).rowcount)  # noqa: S608


def forget_identity(person: Person) -> None:
    """What stood between a native id and its key: the last thing to go, for it says whom to look for in landing."""
    with transaction("loader") as connection:
        connection.execute(IDENTITIES, {"keys": sorted(person.keys)})


def keys_with_hash(hashes: frozenset[str]) -> frozenset[str]:
    """Every customer_key of any table whose hash is one of these: who came back, or was brought back by a restore."""
    found = set[str]()
    for _, connection, tables in every_table():
        for table in tables:
            if KEY in table.columns:
                query = text(f"select distinct {KEY} from {table.quoted} where {KEY} is not null")  # noqa: S608
                keys: list[str] = list(connection.execute(query).scalars())
                found |= {key for key in keys if erased_hash(key) in hashes}
    return frozenset(found)


def last_built() -> str | None:
    """The as_of of the newest dbt build, as a key; None where nothing was built yet."""
    with transaction("transformer") as connection:
        tables = {table.title for table in tables_of(connection, ["intermediate"])}
        found = connection.execute(LAST_BUILT).scalar() if "intermediate.build_state" in tables else None
        return None if found is None else found.isoformat()
