from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from bazaar.formats import google_merchant
from bazaar.rows import Window, money

Windows = Callable[..., list[Window]]
G = "{http://base.google.com/ns/1.0}"


def _sound(windows: Windows) -> list[Window]:
    """Windows whose feeds are well-formed."""
    shown = windows("google_merchant")
    return [w for w in shown if w.merchant.feed_flaw is None and not any(r.listing.broken == "ill_formed" for r in w.rows)]


def test_a_sound_feed_says_what_the_window_shows(windows: Windows) -> None:
    sound = _sound(windows)
    assert sound
    for shown in sound:
        items = list(ElementTree.fromstring(google_merchant.feed(shown).body).iter("item"))
        assert len(items) == len(shown.rows)
        for item, row in zip(items, shown.rows, strict=True):
            assert item.findtext(f"{G}id") == row.listing.native_product_id
            if row.listing.broken is None:
                effective = item.findtext(f"{G}sale_price") or item.findtext(f"{G}price") or ""
                assert effective.split() == [money(row.price), shown.merchant.currency]
                assert (item.findtext(f"{G}sale_price") is not None) is bool(row.reference)


@pytest.mark.parametrize("flaw", ["undeclared_prefix", "raw_ampersand"])
def test_a_flawed_feed_is_not_well_formed(windows: Windows, flaw: str) -> None:
    shown = next(w for w in windows("google_merchant") if w.merchant.feed_flaw == flaw)
    with pytest.raises(ElementTree.ParseError):
        ElementTree.fromstring(google_merchant.feed(shown).body)


def test_rows_and_broken_rows_are_counted(windows: Windows) -> None:
    for shown in windows("google_merchant"):
        document = google_merchant.feed(shown)
        assert (document.records, document.broken) == (len(shown.rows), shown.broken)
        assert document.body.count(b"<item>") == document.records


def test_what_items_name_as_promotion_has_its_code_in_the_promotions_feed(windows: Windows) -> None:
    named = 0
    for shown in (each for day in (0, 30, 60) for each in windows("google_merchant", day)):
        feed = ElementTree.fromstring(google_merchant.promotions(shown).body)
        codes = {item.findtext(f"{G}promotion_id"): item.findtext(f"{G}generic_redemption_code") for item in feed.iter("item")}
        assert set(codes.values()) <= {google_merchant.promotion(shown)[0]}
        ids = {row.split("<")[0] for row in google_merchant.feed(shown).body.decode("utf-8-sig").split("<g:promotion_id>")[1:]}
        assert ids <= set(codes)
        named += len(ids)
    assert named


def test_promotions_come_and_go_by_the_month(windows: Windows) -> None:
    codes = {google_merchant.promotion(shown)[0] for day in (0, 30, 60, 90) for shown in windows("google_merchant", day)}
    assert None in codes
    assert any(code and code.startswith("CODE") for code in codes)
