import pytest

from dealhouse.scraping.shop_facts import Facts, of_feed, of_home, of_host, of_offers, of_texts, settle_country

HOME = b"""<!doctype html><html lang="en-US"><head><title>Acme Lamps | Light since 1970</title>
<meta property="og:locale" content="de_DE"><script type="application/ld+json">
{"@graph": [{"@type": ["Organization"], "name": "Acme GmbH", "address": {"@type": "PostalAddress", "addressCountry": "AT"}}]}
</script><script type="application/ld+json">{broken</script></head><body><h1>Acme</h1></body></html>"""


@pytest.mark.parametrize(
    ("document", "name"),
    [
        (b"<?xml version='1.0'?><rss><channel><title><![CDATA[Acme & Co]]></title><item><title>Lamp</title>", "Acme & Co"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'><title>Acme &amp; Co</title>", "Acme & Co"),
        (b"<rss><channel><item><title>Lamp</title></item></channel></rss>", None),
        (b"HDR|123|Acme & Co|2026-05-05\n1|Lamp", "Acme & Co"),
        (b'\xef\xbb\xbf"aw_product_id","merchant_name"\n"1","Acme & Co"\n', "Acme & Co"),
        (b"id\ttitle\n1\tLamp", None),
        (b"HDR", None),
        (b"", None),
    ],
)
def test_a_feed_names_its_merchant(document: bytes, name: str | None) -> None:
    facts = Facts()
    of_feed(document, facts)
    assert facts.get("name") == name


def test_a_feeds_offers_lead_to_the_shop() -> None:
    facts = Facts()
    of_offers([{"url": "https://www.acme.se/1"}, {"url": "https://www.acme.se/2"}, {"url": "https://[broken"}, {}], facts)
    assert (facts.get("host"), facts.get("country")) == ("www.acme.se", "SE")


@pytest.mark.parametrize(
    ("texts", "language"),
    [
        (["Lampe mit Schirm und Fuß", "für das Haus, aus Holz", None], "de"),
        (["A lamp for the house, with a foot", "the best of all"], "en"),
        (["Lampe avec pied pour le salon", "dans une boîte, le prix est bas"], "fr"),
        (["Lampa dla dzieci oraz dorosłych", "nie jest tania, dla domu"], "pl"),
        (["Die Die Die Die Die Die"], None),
        (["iPhone 15 Pro 256 GB", "XPS 13"], None),
        (["mit und für das", "with and for the of"], None),
        ([], None),
    ],
)
def test_small_words_tell_the_language(texts: list[str | None], language: str | None) -> None:
    facts = Facts()
    of_texts(texts, facts)
    assert facts.get("language") == language


def learnt(**values: str) -> Facts:
    facts = Facts()
    for fact, value in values.items():
        facts.learn(fact, value, "test")
    return facts


def test_a_front_page_tells_name_language_and_where_the_shop_is_at_home() -> None:
    facts = Facts()
    of_home(HOME, facts)
    assert facts.values == {"name": "Acme GmbH", "country": "AT", "language": "en", "region": "US"}
    assert facts.because["country"] == "the address in the front page's JSON-LD"


@pytest.mark.parametrize("page", [b"", b"\x00\xff", b"<html", b'{"a": 1}', b"<script type='application/ld+json'>[[[</script>"])
def test_a_page_that_says_nothing_teaches_nothing(page: bytes) -> None:
    facts = Facts()
    of_home(page, facts)
    assert facts.values == {}


def test_a_title_loses_its_slogan() -> None:
    facts = Facts()
    of_home(b"<title> Shoe-Box \xe2\x80\x93 shoes &amp; more</title>", facts)
    assert facts.get("name") == "Shoe-Box"


@pytest.mark.parametrize(
    ("host", "country"),
    [("acme.de", "DE"), ("shop.acme.co.uk", "GB"), ("acme.com.au", "AU"), ("acme.com", None), ("acme.io", None),
     ("acme.co", None), ("127.10.0.3", None), ("acme.shop", None), ("acme.eu", None)],
)
def test_a_domain_names_its_country(host: str, country: str | None) -> None:
    facts = Facts()
    of_host(host, facts)
    assert facts.get("country") == country


@pytest.mark.parametrize(
    ("known", "country"),
    [
        ({"currency": "EUR", "language": "de"}, "DE"),
        ({"currency": "EUR", "language": "en"}, None),
        ({"currency": "EUR", "language": "en", "region": "US"}, None),
        ({"currency": "EUR", "language": "en", "region": "IE"}, "IE"),
        ({"currency": "SEK"}, "SE"),
        ({"currency": "USD", "language": "es"}, "US"),
        ({"currency": "XOF"}, None),
        ({"region": "CH"}, "CH"),
        ({"country": "AT", "currency": "USD"}, "AT"),
        ({"language": "de"}, None),
    ],
)
def test_a_country_is_settled_by_what_agrees(known: dict[str, str], country: str | None) -> None:
    facts = learnt(**known)
    settle_country(facts)
    assert facts.get("country") == country


def test_the_first_word_stands_and_nonsense_is_no_word() -> None:
    facts = learnt(currency="EURO", country="Germany", language="x-default", name="  ")
    assert facts.values == {}
    facts = learnt(currency="gbp")
    facts.learn("currency", "USD", "later")
    of_offers([{"currency": "EUR"}], facts)
    assert facts.get("currency") == "GBP"


def test_most_offers_name_the_currency() -> None:
    facts = Facts()
    of_offers([{"currency": "EUR"}, {"currency": "USD"}, {"currency": "EUR"}, {}], facts)
    assert facts.get("currency") == "EUR"
