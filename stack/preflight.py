"""Before anything starts: is this machine one that the platform can run on? One clear line for each reason why not."""

import shutil
import socket
from contextlib import closing
from pathlib import Path

import psycopg2

from stack.settings import SIBLINGS, StackSettings, sibling

NEEDED_GIB = 3
OLDEST_POSTGRES = 15
# what a user of somebody's own server may and finds there; an administrator may everything
RIGHTS = """
    select current_setting('server_version_num')::integer / 10000, current_user,
        rolsuper or rolcreaterole,
        rolsuper or rolcreatedb or (select count(*) = %(databases)s from pg_database where datname = any(%(siblings)s)),
        has_database_privilege(current_database(), 'CREATE'),
        array(
            select name::text from unnest(array['pg_trgm', 'unaccent', 'btree_gin']) as name
            where name not in (select name from pg_available_extensions)
        )
    from pg_roles where rolname = current_user
"""


def complaints(settings: StackSettings) -> list[str]:
    """Every reason why the platform cannot start here; empty when it can."""
    server = server_complaints(settings.given_database_url) if settings.given_database_url else []
    return [*_disk(settings.home), *_ports(settings), *server]


def server_complaints(url: str) -> list[str]:
    """Every reason why the server of a DATABASE_URL will not do: not there, too old, too few rights, an extension missing."""
    siblings = [sibling(url, suffix).rpartition("/")[2].partition("?")[0] for suffix in SIBLINGS]
    try:
        with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
            cursor.execute(RIGHTS, {"siblings": siblings, "databases": len(siblings)})
            ((version, user, roles, databases, create, absent),) = cursor.fetchall()
    except psycopg2.Error as error:
        return [f"DATABASE_URL does not answer: {' '.join(str(error).split())}"]
    if version < OLDEST_POSTGRES:
        return [f"DATABASE_URL is a PostgreSQL {version}: Dealhouse needs {OLDEST_POSTGRES} or newer"]
    wanted = {
        f"alter role {user} createrole": roles, f"alter role {user} createdb": databases,
        f"grant create on database {siblings[0].removesuffix('_' + SIBLINGS[0])} to {user}": create,
    }
    return [
        *(f"{user} may not: {statement} (docs/runbooks/own-postgres.md)" for statement, may in wanted.items() if not may),
        *(f"the server has no extension {name}: install its contrib package" for name in absent),
    ]


def _disk(home: Path) -> list[str]:
    folder = next(parent for parent in (home, *home.parents) if parent.exists())
    free = shutil.disk_usage(folder).free / 2**30
    if free >= NEEDED_GIB:
        return []
    return [f"only {free:.1f} GiB free at {folder}: Dealhouse needs {NEEDED_GIB} (set DEALHOUSE_HOME)"]


def _ports(settings: StackSettings) -> list[str]:
    return [
        f"port {port} is busy: stop what listens there, or set DEALHOUSE_{name}_PORT"
        for name, port in settings.ports.items()
        if _is_busy(port)
    ]


def _is_busy(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
