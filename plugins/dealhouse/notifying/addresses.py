"""Addresses that wait to be confirmed: each is asked once, and nothing else is sent there before."""

from sqlalchemy import Connection, text

from dealhouse.notifying.release import Message

UNCONFIRMED = text("""
    select customer_key, contact.hash_of(address) as hash from contact.address
    where verified_at is null and not exists (
        select from notify.outbox
        where outbox.kind = 'confirm' and outbox.subject_id = address.customer_key
            and outbox.occasion = contact.hash_of(address.address)
    )
    order by customer_key
""")


def unconfirmed(connection: Connection) -> list[Message]:
    rows = connection.execute(UNCONFIRMED).all()
    return [Message(row.customer_key, "confirm", row.customer_key, row.hash, "Is this your address?", {"items": [], "more": 0})
            for row in rows]
