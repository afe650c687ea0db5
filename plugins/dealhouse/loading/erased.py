"""Who was erased, as loading asks it: hashes of customer keys, from ops.erasures."""

from sqlalchemy import Connection, text


def hashes(connection: Connection) -> frozenset[str]:
    """The hash (`ids.erased_hash`) of every customer who was erased, or whose erasure has begun."""
    return frozenset(connection.execute(text("select erased_hash from ops.erasures")).scalars())
