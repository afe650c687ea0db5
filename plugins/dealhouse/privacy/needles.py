"""By which words a person is looked for, wherever they stand and whatever the column is called."""

import re

from dealhouse.privacy.person import Person


def exact(person: Person) -> list[str]:
    """What is nobody else's: keys (a uuid's way, too) and hashes of addresses."""
    dashed = [f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}" for key in person.keys]
    return sorted({*person.keys, *dashed, *person.email_hashes})


def addresses(person: Person) -> list[str]:
    """Patterns of their addresses, for Python and Postgres alike, to be looked for in whatever case.

    ann@mail.example is neither in joann@mail.example nor in ann@mail.example.org.
    """
    return [rf"(?<![\w.+-]){re.escape(email.strip())}(?![\w-]|\.\w)" for email in sorted(person.emails)]
