"""Suggestions while somebody types: one row by its key; a slip of the pen is looked up as everything that it may have been."""

import string

from serving.db import Pointer, Session
from serving.found import SuggestionList
from serving.reads.deals import release
from serving.words import term

LONGEST = 24   # letters of a beginning that are published
SHORTEST = 3   # below it, everything is one slip away from everything
LETTERS = string.ascii_lowercase + string.digits


async def suggest(session: Session, typed: str, limit: int) -> tuple[SuggestionList, Pointer]:
    """What somebody may want who typed so far. Raises NotPublishedError before the first release that has suggestions."""
    pointer = session.pointer("suggestion")
    prefix = term(typed)[:LONGEST].rstrip()
    row = await session.row("suggestion", suggestion=pointer.version, prefix=prefix)
    if row is None and len(prefix) >= SHORTEST:
        row = await session.row("suggestion_alike", suggestion=pointer.version, prefixes=slips(prefix))
    return SuggestionList.model_validate({
        "items": row["items"][:limit] if row else [], "completed": row["prefix"] if row and row["prefix"] != prefix else None,
        **release(pointer),
    }), pointer


def slips(prefix: str) -> list[str]:
    """Every beginning that is one letter too many, too few, wrong or out of turn away; the first letter is taken to be right."""
    places = range(1, len(prefix) + 1)
    halves = [(prefix[:place], prefix[place:]) for place in places]
    fewer = [left + right[1:] for left, right in halves if right]
    turned = [left + right[1] + right[0] + right[2:] for left, right in halves if len(right) > 1]
    wrong = [left + letter + right[1:] for left, right in halves if right for letter in LETTERS]
    more = [left + letter + right for left, right in halves for letter in LETTERS]
    return sorted({*fewer, *turned, *wrong, *more} - {prefix})
