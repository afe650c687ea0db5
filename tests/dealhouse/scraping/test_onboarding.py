import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from yarl import URL

from dealhouse.errors import BadInputError, FetchRefusedError, FetchUnavailableError
from dealhouse.scraping import onboarding, registry
from dealhouse.scraping.detect_platform import MAGENTO
from dealhouse.scraping.onboarding import Onboarded, onboard, slug

pytestmark = pytest.mark.usefixtures("impatient")

NOW = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)
Site = Any
HOME = b"<!doctype html><html lang='de'><title>Acme Lampen</title>"
FEED = b"""<?xml version="1.0"?><rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Acme</title>
<item><g:id>1</g:id><title>Lamp</title><link>https://acme.example/1</link><g:price>5.00 SEK</g:price></item>
<item><g:id>2</g:id><title>Desk</title><link>https://acme.example/2</link></item></channel></rss>"""


def products(*prices: str | None) -> bytes:
    variants = [{"id": number, "title": "V", "price": price, "available": True} for number, price in enumerate(prices)]
    return orjson.dumps({"products": [{"id": 1, "title": "Lamp", "handle": "lamp", "variants": variants}]})


def shopify(site: Site, *prices: str | None) -> None:
    site.put("/meta.json", b'{"name": "Acme", "country": "DE", "currency": "EUR"}')
    for path in ("/products.json?limit=1", "/products.json?limit=250&page=1"):
        site.put(path, products(*prices))
    site.put("/products.json?limit=250&page=2", b'{"products": []}')


def local(site: Site, path: str = "", **given: str) -> Onboarded:
    return onboard(f"{site.url}{path}", NOW, is_local=True, given=given)


def test_a_shopify_shop_is_known_by_its_listing(site: Site) -> None:
    shopify(site, *["5.00"] * 12, None)
    found = local(site)
    merchant = found.merchant
    assert (merchant.merchant_id, merchant.platform, merchant.name) == ("acme", "shopify", "Acme")
    assert (merchant.currency, merchant.country, found.because["currency"]) == ("EUR", "DE", "/meta.json")
    assert (len(found.preview.offers), found.preview.rejected) == (10, 0)


def test_rejects_are_shown_beside_the_offers(site: Site) -> None:
    shopify(site, "5.00", None, "0", "6.00")
    preview = local(site).preview
    assert [offer["price"] for offer in preview.offers] == ["5.00", "6.00"]
    assert [reject["reason"] for reject in preview.rejects] == ["missing_price", "invalid_price"]


@pytest.mark.parametrize("path", ["/wp-json/wc/store/v1/products", "/wp-json/wc/store/products"])
def test_a_woocommerce_shop_is_known_by_its_store_api(site: Site, path: str) -> None:
    prices = {"price": "500", "regular_price": "500", "currency_code": "PLN", "currency_minor_unit": 2}
    lamp = {"id": 1, "name": "Lamp", "permalink": f"{site.url}/lamp", "type": "simple", "is_in_stock": True, "prices": prices}
    site.put("/", b"<html lang='pl-PL'><title>Sklep</title><link href='/wp-content/style.css'>")
    site.put(f"{path}?per_page=1", orjson.dumps([lamp]))
    site.put(f"{path}?per_page=100&page=1", orjson.dumps([lamp]))
    site.put(f"{path}?per_page=100&page=2", b"[]")
    found = local(site)
    merchant = found.merchant
    assert (merchant.platform, merchant.currency, merchant.country, merchant.language) == ("woocommerce", "PLN", "PL", "pl")
    assert [offer["price"] for offer in found.preview.offers] == ["5.00"]
    assert site.paths()[1].startswith("/wp-json/")


def test_a_magento_shop_is_known_by_its_store_config(site: Site) -> None:
    config = {"store_name": "Acme", "base_currency_code": "EUR", "default_display_currency_code": "EUR", "locale": "de_AT"}
    site.put(MAGENTO, orjson.dumps({"data": {"storeConfig": config}}))
    merchant = local(site).merchant
    assert (merchant.platform, merchant.name, merchant.currency) == ("magento", "Acme", "EUR")
    assert (merchant.country, merchant.language) == ("AT", "de")


def test_a_feed_is_known_by_its_content_and_keeps_its_path(site: Site) -> None:
    site.put("/export/all.php?lang=sv", FEED)
    found = local(site, "/export/all.php?lang=sv", name="Acme AB")
    merchant = found.merchant
    assert (merchant.platform, merchant.options, merchant.base_url) == (
        "google_merchant", {"feed_path": "/export/all.php?lang=sv"}, site.url)
    assert (merchant.name, found.because["name"]) == ("Acme AB", "given")
    assert (merchant.currency, merchant.country, merchant.merchant_id) == ("SEK", "SE", "acme-example")
    assert (len(found.preview.offers), found.preview.rejected) == (1, 1)


def test_a_feed_in_an_archive_is_known_too(site: Site) -> None:
    site.put("/feed.tsv.gz", gzip.compress(b"id\ttitle\tlink\tprice\n1\tLamp\thttps://acme.example/1\t5.00 PLN\n"))
    merchant = local(site, "/feed.tsv.gz").merchant
    assert (merchant.platform, merchant.currency, merchant.country) == ("google_merchant", "PLN", "PL")


def test_a_page_deep_in_a_shop_leads_to_the_shop(site: Site) -> None:
    shopify(site, "5.00")
    site.put("/collections/lamps", HOME)
    assert local(site, "/collections/lamps").merchant.platform == "shopify"


def test_a_shop_of_pages_is_known_by_its_sitemap(site: Site) -> None:
    page = b"""<html lang="de"><script type="application/ld+json">{"@type": "Product", "name": "Lamp", "sku": "1",
    "offers": {"price": "5.00", "priceCurrency": "EUR", "availability": "InStock"}}</script>"""
    site.put("/", HOME)
    site.put("/robots.txt", f"User-agent: *\nAllow: /\nSitemap: http://[\nSitemap: {site.url}/maps/all.xml".encode())
    site.put("/maps/all.xml", f"<urlset><url><loc>{site.url}/p/1</loc></url></urlset>".encode())
    site.put("/p/1", page)
    found = local(site)
    merchant = found.merchant
    assert (merchant.platform, merchant.options) == ("html", {"sitemap_path": "/maps/all.xml"})
    assert (merchant.name, merchant.currency, merchant.language, merchant.country) == ("Acme Lampen", "EUR", "de", "DE")
    assert [offer["title"] for offer in found.preview.offers] == ["Lamp"]


def test_what_a_person_knows_better_stands(site: Site) -> None:
    shopify(site, "5.00")
    merchant = local(site, merchant_id="lamps", country="AT", name="Lamps").merchant
    assert (merchant.merchant_id, merchant.country, merchant.name, merchant.currency) == ("lamps", "AT", "Lamps", "EUR")


def test_an_address_without_a_shop_is_refused_with_all_that_was_asked(site: Site) -> None:
    site.put("/", HOME)
    with pytest.raises(BadInputError) as refusal:
        local(site)
    assert all(path in str(refusal.value) for path in ("/products.json", "/wp-json/", "/graphql", "/sitemap.xml"))


def test_a_country_that_cannot_be_found_is_asked_for(site: Site) -> None:
    site.put("/feed.xml", FEED.replace(b"SEK", b"EUR"))
    with pytest.raises(BadInputError, match="--country"):
        local(site, "/feed.xml")
    assert local(site, "/feed.xml", country="FR").merchant.country == "FR"


@pytest.mark.parametrize(("status", "told"), [(403, "does not let us in"), (401, "does not let us in")])
def test_a_shop_that_blocks_us_is_left_alone(site: Site, status: int, told: str) -> None:
    site.put("/", (status, {}, b""))
    with pytest.raises(FetchRefusedError, match=told):
        local(site)
    assert site.paths() == ["/"]


def test_a_shop_behind_a_password_is_left_alone(site: Site) -> None:
    site.put("/", (302, {"Location": "/password"}, b""))
    site.put("/password", b"<title>Opening soon</title>")
    with pytest.raises(FetchRefusedError, match="password"):
        local(site)


def test_robots_that_close_the_shop_are_respected(site: Site) -> None:
    shopify(site, "5.00")
    site.put("/robots.txt", b"User-agent: *\nDisallow: /")
    with pytest.raises(FetchRefusedError, match=r"nothing is open to us.*robots\.txt"):
        local(site)
    assert site.paths() == []


def test_a_shop_that_is_down_can_be_added_later() -> None:
    with pytest.raises(FetchUnavailableError):
        onboard("http://127.0.0.1:1", NOW, is_local=True)


@pytest.mark.parametrize("address", ["http://10.0.0.1/", "ftp://acme.example", "", "https://u:p@acme.example/", "http://[::1]/"])
def test_addresses_that_may_not_be_asked(address: str) -> None:
    with pytest.raises((BadInputError, FetchRefusedError)):
        onboard(address, NOW)


def test_a_key_in_an_address_is_not_taken(site: Site) -> None:
    with pytest.raises(BadInputError, match=r"\$\{NAME\}") as refusal:
        local(site, "/feed?apikey=verysecret")
    assert "verysecret" not in str(refusal.value)
    assert site.asked == []


@pytest.mark.usefixtures("warehouse")
def test_an_id_stays_with_its_shop(merchant: Callable[..., registry.Merchant]) -> None:
    onboarding.keep(merchant(), NOW)
    onboarding.keep(merchant(name="Acme, renamed"), NOW)
    with pytest.raises(BadInputError, match="--id"):
        onboarding.keep(merchant(base_url="https://other.example"), NOW)
    assert [known.name for known in registry.merchants()] == ["Acme, renamed"]


@pytest.mark.parametrize(
    ("url", "name", "made"),
    [("https://www.acme-shop.de", "Acme", "acme-shop-de"), ("http://127.10.0.3:8700", "Acme Ltd.", "acme-ltd"),
     ("http://127.10.0.3:8700", None, "127-10-0-3-8700"), (f"https://{'a' * 63}.example", None, "a" * 63),
     ("https://bücher.example", None, "b-cher-example")],
)
def test_an_id_is_a_slug(url: str, name: str | None, made: str) -> None:
    assert slug(URL(url), name) == made
