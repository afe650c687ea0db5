"""A link that earns says where it was followed, and to what: in the API's answers, and on the pages."""

import re
import uuid
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from serving.reads.links import followed, sub_id
from tests.serving import published

DEAL, OFFER = uuid.UUID("0123456789abcdef0123456789abcdef"), uuid.UUID("fedcba9876543210fedcba9876543210")
AWIN = "https://www.awin1.com/cread.php?awinmid=1&clickref={sub_id}&ued={url}"


def row(**changes: Any) -> dict[str, Any]:
    return {"affiliate_url": AWIN, "url": "https://m.example/p?a=1&b=2#top", "deal_id": DEAL, "offer_id": OFFER, **changes}


def test_a_sub_id_is_short_plain_and_names_nobody() -> None:
    assert sub_id("list", DEAL, OFFER) == "list_d0123456789abcdef"
    assert sub_id("mail", None, OFFER) == "mail_ofedcba9876543210"
    assert re.fullmatch(r"[a-z0-9_]{1,50}", sub_id("product", DEAL, OFFER))  # the strictest network takes fifty


def test_the_slots_are_filled_and_the_address_is_encoded() -> None:
    asked = parse_qs(urlsplit(followed(row()) or "").query)
    assert asked == {"awinmid": ["1"], "clickref": ["api_d0123456789abcdef"], "ued": ["https://m.example/p?a=1&b=2#top"]}


@pytest.mark.parametrize(
    ("changes", "link"),
    [
        ({"affiliate_url": None}, None),
        ({"affiliate_url": "https://m.example/p"}, "https://m.example/p"),
        ({"affiliate_url": "https://x.example/?u={url}&s={sub_id}", "url": "https://m.example/{sub_id}{url}", "deal_id": None},
         "https://x.example/?u=https%3A%2F%2Fm.example%2F%7Bsub_id%7D%7Burl%7D&s=api_ofedcba9876543210"),
    ],
)
def test_a_link_without_slots_stays_as_it_is(changes: dict[str, Any], link: str | None) -> None:
    assert followed(row(**changes)) == link


def test_the_api_and_the_pages_tell_their_placement(api: httpx.Client, world: published.World) -> None:
    sold_out = {row["offer_id"] for row in world.live}
    offer = next(
        row for row in world.rows["product_offer"] if row["affiliate_url"] and row["deal_id"] and row["offer_id"] not in sold_out
    )
    path = f"/products/{offer['product_id']}"
    subject = f"d{offer['deal_id'].hex[:16]}"
    assert f"clickref=api_{subject}&" in api.get(f"/v1{path}/offers").text
    page = api.get(path).text
    assert f"clickref=product_{subject}&amp;" in page
    assert "clickref=api_" not in page
    deal = api.get(f"/deals/{offer['deal_id']}").text
    assert f"clickref=deal_{subject}&amp;" in deal
