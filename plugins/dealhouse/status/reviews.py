"""The page of match reviews: pairs of offers that the matcher is unsure of, side by side, and what people answered."""

import json
import math
import re
import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import text

from dealhouse.database import transaction
from dealhouse.status.page import is_built, link, query, render
from dealhouse.status.spoken import sentence

ANSWERS = ("same", "different", "unsure", "withdrawn")
MOST_QUESTIONS, MOST_ANSWERS, LONGEST_NOTE = 10, 50, 500
OFFERS = "marts.fct_offers"
COUNTS = text("""
    select answer, count(*) as number from (
        select distinct on (offer_a, offer_b) answer from ops.match_reviews order by offer_a, offer_b, review_id desc
    ) as latest where answer <> 'withdrawn' group by answer
""")
NOW = text("select max(as_of) from predictions.run where capability = 'matching' and status = 'complete'")
SHOWN = text("""
    select jsonb_build_object('probability', c.probability, 'model_version', c.model_version)
    from predictions.match_candidates as c where c.offer_a = :a and c.offer_b = :b
""")
TITLES = text("select offer_id::text as offer_id, title from marts.fct_offers where offer_id in (:a, :b)")
KEEP = text("""
    insert into ops.match_reviews (offer_a, offer_b, answer, reviewer, note, shown, as_of)
    values (:a, :b, :answer, :reviewer, :note, :shown, :as_of)
""")
WORD = re.compile(r"\S+")
# name, words, whether a difference tells the offers apart
FACTS = (("brand", "brand", True), ("gtin", "GTIN", True), ("mpn", "part number", True), ("sku", "merchant's number", False),
         ("category_path", "category", False))


class ReviewError(ValueError):
    """An answer that cannot be kept; its words are for the person who sent it."""


def answer(offer_a: str, offer_b: str, said: str, reviewer: str, note: str = "") -> None:
    """Append an answer. Raises ReviewError for a pair or an answer that is none, or before anything was matched."""
    a, b = _pair(offer_a, offer_b)
    if said not in ANSWERS:
        raise ReviewError(f"an answer is one of {', '.join(ANSWERS)}")
    with transaction("transformer") as connection:
        as_of, pair = connection.execute(NOW).scalar(), {"a": a, "b": b}
        known = connection.execute(TITLES, pair) if is_built(connection, OFFERS) else ()
        titles = {row.offer_id: row.title for row in known}
        shown = connection.execute(SHOWN, pair).scalar() or {}
    if as_of is None or len(titles) < 2:
        raise ReviewError("nobody knows these two offers")
    shown |= {"title_a": titles[a], "title_b": titles[b]}
    with transaction("editor") as connection:
        connection.execute(KEEP, {
            **pair, "answer": said, "reviewer": reviewer, "note": note.strip()[:LONGEST_NOTE], "shown": json.dumps(shown),
            "as_of": as_of,
        })


def _pair(offer_a: str, offer_b: str) -> tuple[str, str]:
    try:
        a, b = sorted(str(uuid.UUID(offer)) for offer in (offer_a, offer_b))
    except ValueError as error:
        raise ReviewError("an offer is a uuid") from error
    if a == b:
        raise ReviewError("one offer is no pair")
    return a, b


def reviews_page(wanted: str = "", *, decides: bool = False) -> str:
    """The open questions, the weightiest first, and the last answers. `wanted`: in a title, a brand or a merchant's id.

    decides: whether the one who looks may answer; else there is nothing to press."""
    with transaction("transformer") as connection:
        counts = {row.answer: row.number for row in connection.execute(COUNTS)}
        asked = {"wanted": wanted.strip().lower(), "most": MOST_QUESTIONS}
        rows = query(connection, "reviews_open", **asked) if is_built(connection, OFFERS) else []
        answered = query(connection, "reviews_answered", most=MOST_ANSWERS + 1)
    return render(
        "reviews.html", "reviews", questions=[question(row) for row in rows], open=rows[0]["open"] if rows else 0, wanted=wanted,
        counts=counts, decides=decides, answered=answered[:MOST_ANSWERS], is_cut=len(answered) > MOST_ANSWERS,
    )


def question(row: Mapping[str, Any]) -> dict[str, Any]:
    """A question as people read it: both offers side by side with what differs marked, and what spoke, in words."""
    a, b = row["a"], row["b"]
    titles = [" ".join(filter(None, (offer["title"], offer.get("variant_title")))) for offer in (a, b)]
    words = [told(titles[0], titles[1]), told(titles[1], titles[0])]
    sizes = (row["size_a"], row["size_b"])
    loudest = max((abs(part["weight"] or 0) for part in row["spoke"]), default=1) or 1
    return {
        "offer_a": str(row["offer_a"]), "offer_b": str(row["offer_b"]), "is_together": row["is_together"],
        "percent": f"{100 * row['probability']:.0f} %",
        "sides": [
            {
                **offer, "words": said, "price_words": _price(offer), "others": size - 1,
                "link": link(offer["url"]), "image": link(offer["image_url"]),
            }
            for offer, said, size in zip((a, b), words, sizes, strict=True)
        ],
        "facts": [
            (said, a.get(name), b.get(name), bool(tells and a.get(name) and b.get(name) and a[name] != b[name]))
            for name, said, tells in FACTS if a.get(name) or b.get(name)
        ],
        "spoke": [
            {"words": sentence(part["feature"], part["value"]), "is_for": part["weight"] > 0,
             "share": math.ceil(100 * abs(part["weight"]) / loudest)}
            for part in row["spoke"] if part["weight"]
        ],
    }


def told(title: str, other: str) -> list[tuple[str, bool]]:
    """A title's words, each with whether the other title lacks it; case and punctuation aside."""
    there = {_plain(word) for word in WORD.findall(other)}
    return [(word, bool(_plain(word)) and _plain(word) not in there) for word in WORD.findall(title)]


def _plain(word: str) -> str:
    return re.sub(r"\W+", "", word.lower())


def _price(offer: Mapping[str, Any]) -> str:
    return f"{offer['price']:,.2f} {offer['currency'] or ''}".strip() if offer["price"] is not None else ""
