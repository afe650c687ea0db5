"""Two shops are never mixed: what a shop's feeds bring is not imported beside them."""

from sqlalchemy import text

from dealhouse.database import transaction
from dealhouse.errors import BadInputError

POLLED = text("select exists (select from raw.feed_cursors where kind = coalesce(:kind, kind))")


def refuse_polled(kind: str | None = None) -> None:
    """Raises BadInputError where the database's shop is polled: for this kind, or, None, for any."""
    with transaction("loader") as connection:
        if connection.execute(POLLED, {"kind": kind}).scalar():
            told = "this database's shop is polled already" + (f" for {kind}" if kind else "")
            raise BadInputError(f"{told}: import into a database of its own", "raw.feed_cursors")
