import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealhouse.scraping.words import clean, plain_text, web_address

BASE = "https://acme.example/shop"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("  Lamp\t &amp;\n shade ", "Lamp & shade"),
        ("L\x00am\x1bp", "Lamp"),
        ("Lamp\ud800", "Lamp"),
        ("\u200bLa\u00admp\ufeff", "Lamp"),
        ("\u202eLamp\u2069", "Lamp"),
        ("Cafe\u0301", "Café"),
        ("👩\u200d💻 desk", "👩\u200d💻 desk"),
        ("a\u00a0b", "a b"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        (12, "12"),
        (True, None),
        (["Lamp"], None),
        ("&nbsp;", None),
    ],
)
def test_words_are_kept_and_what_hides_is_not(value: object, words: str | None) -> None:
    assert clean(value) == words


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<p>Fish &amp; <b>chips</b></p>", "Fish & chips"),
        ("&lt;p&gt;Fish&lt;/p&gt;", "Fish"),
        ("Lamp<script>alert(1)</script> & shade", "Lamp & shade"),
        ("Lamp<SCRIPT>alert(1)", "Lamp"),
        ("Lamp <style>p {}</style>", "Lamp"),
        ("5 < 6 and <3m cable>", "5 < 6 and <3m cable>"),
        ("Lamp <!-- old --> new", "Lamp new"),
        (None, None),
    ],
)
def test_markup_goes_and_its_words_stay(markup: object, words: str | None) -> None:
    assert plain_text(markup) == words


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("https://acme.example/a?b=1&amp;copy=2", "https://acme.example/a?b=1&copy=2"),
        (" https://acme.example/a b\n", "https://acme.example/a%20b"),
        ("https://acme.example/caf\u00e9%20x", "https://acme.example/caf%C3%A9%20x"),
        ("HTTPS://acme.example/a", "https://acme.example/a"),
        ("//cdn.example/a.jpg", "https://cdn.example/a.jpg"),
        ("/p/1", "https://acme.example/p/1"),
        ("javascript:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("JavaScript://acme.example/%0aalert(1)", None),
        ("data:text/html,<script>", None),
        ("mailto:a@b.example", None),
        ("https:///a", None),
        ("https://acme.example/" + "a" * 2000, None),
        ("", None),
        (None, None),
        (5, None),
    ],
)
def test_an_address_is_absolute_and_of_the_web(value: object, address: str | None) -> None:
    assert web_address(value, BASE) == address


@pytest.mark.parametrize("piece", ["<", "<script", "<a ", "&", "<!--", "&lt;script&gt;"])
def test_a_megabyte_of_anything_is_read_at_once(piece: str) -> None:
    started = time.process_time()
    plain_text(piece * (2_000_000 // len(piece)))
    assert time.process_time() - started < 2


@settings(max_examples=50)
@given(st.text(max_size=100))
def test_no_text_is_too_much(text: str) -> None:
    for found in (clean(text), plain_text(text), web_address(text, BASE)):
        assert found is None or found == found.strip() != ""
