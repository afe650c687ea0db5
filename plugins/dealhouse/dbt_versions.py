"""Which version of the models built a layer: another one makes it anew, for its tables know nothing of new columns or rules."""

import hashlib
from pathlib import Path

from sqlalchemy import Connection, text

from dealhouse.database import transaction

READ = ("dbt_project.yml", "macros", "models", "seeds")

IS_BUILT = text("select to_regclass('intermediate.build_state') is not null")
IS_KEPT = text("select to_regclass('intermediate.built_by') is not null")
KEEP = text("create table if not exists intermediate.built_by (layer text primary key, version text not null)")
FIND = text("select version from intermediate.built_by where layer = :layer")
NOTE = text("insert into intermediate.built_by (layer, version) values (:layer, :version) "
            "on conflict (layer) do update set version = excluded.version")


def version(project: Path, variables: str) -> str:
    """A hash of all that dbt makes tables of: models, macros, seeds, their configuration, and the variables given to it."""
    told = hashlib.sha256(variables.encode())
    for name in READ:
        found = project / name
        for path in sorted(found.rglob("*")) if found.is_dir() else [found]:
            if path.is_file():
                told.update(f"\n{path.relative_to(project)}\n".encode() + path.read_bytes())
    return told.hexdigest()[:32]


def is_another(layer: str, version: str) -> bool:
    """Whether what stands of a layer was built by another version, or by one of which nothing is known."""
    with transaction("transformer") as connection:
        if not connection.execute(IS_BUILT).scalar():
            return False
        return _built_by(connection, layer) != version


def note(layer: str, version: str) -> None:
    """The layer was built by this version, all of it."""
    with transaction("transformer") as connection:
        connection.execute(KEEP)
        connection.execute(NOTE, {"layer": layer, "version": version})


def _built_by(connection: Connection, layer: str) -> str | None:
    if not connection.execute(IS_KEPT).scalar():
        return None
    found: str | None = connection.execute(FIND, {"layer": layer}).scalar()
    return found
