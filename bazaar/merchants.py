"""Who sells: merchant profiles with platform, market, style and honesty, the same for the same (size, seed)."""

from dataclasses import dataclass

import numpy as np

from bazaar.rng import stream
from bazaar.sizes import WorldSize
from bazaar.vocabulary import categories, load_yaml

PLATFORMS = ("shopify", "google_merchant", "jsonld")
# of twenty merchants of a market fifteen have an API or a feed, four are known by their affiliate file, one has pages only
MARKET_PLATFORMS = (
    "shopify", "google_merchant", "woocommerce", "awin", "shopify", "magento", "google_merchant", "woocommerce", "impact",
    "shopify", "google_merchant", "woocommerce", "cj", "shopify", "magento", "google_merchant", "rakuten", "shopify",
    "woocommerce", "jsonld",
)
# an HTML page an offer costs a request an offer: page shops are smaller than feed shops
LIVE_SHARE, MARKET_LIVE_SHARE = 0.75, 0.785  # of the listings that ever exist, on one day
SIZE_OF_PLATFORM = {"shopify": 1.25, "google_merchant": 1.25, "jsonld": 0.5}
OPTIONS = {
    "google_merchant": {"feed_path": "/feed.xml", "promotions_path": "/promotions.xml"},
    "jsonld": {"sitemap_path": "/sitemap.xml"},
    "awin": {"feed_path": "/datafeed.csv.gz"},
    "impact": {"feed_path": "/catalog.csv"},
    "cj": {"feed_path": "/products.csv"},
    "rakuten": {"feed_path": "/catalog.txt.gz"},
}
SPACING, MARKET_SPACING = 0.02, 0.25  # seconds between the starts of two requests that a merchant asks for
FEED_FLAWS = ("undeclared_prefix", "raw_ampersand")


@dataclass(frozen=True)
class Style:
    """How a merchant writes titles. Shares are probabilities per listing; the others pick a form once for the shop."""

    order: int
    separator: str
    capital: str  # as_is | upper | title
    brand_share: float
    alias_share: float
    noun_share: float
    synonym_share: float
    model_share: float
    model_form: int
    feature_share: float
    fluff_share: float
    option_form: int
    option_share: float
    colour_translated: bool
    suffix_form: int
    typo_share: float
    max_length: int


@dataclass(frozen=True)
class Honesty:
    """Shares of a merchant's sale episodes by kind; `permanent` is the share of listings that are always on sale."""

    inflated: float
    raised: float
    permanent: float


@dataclass(frozen=True)
class Merchant:
    """One shop of the world outside. Rates are probabilities, `price_level` multiplies the market price."""

    number: int
    merchant_id: str
    name: str
    platform: str
    country: str
    language: str
    currency: str
    host: str
    port: int
    categories: tuple[int, ...]
    offers: int  # listings that it aims at
    style: Style
    honesty: Honesty
    missing_identifiers: float
    wrong_identifiers: float
    broken_rows: float
    duplicates: float
    stock_out: float
    sale_share: float
    follower_share: float
    price_level: float
    price_ending: int  # cents
    reliability: float  # share of history days on which its crawl succeeded
    vendor_is_shop: bool
    feed_flaw: str | None

    @property
    def base_url(self) -> str:
        return f"http://{self.host}:{self.port}"


def _style(rng: np.random.Generator) -> Style:
    return Style(
        order=int(rng.integers(0, 8)),
        separator=str(rng.choice([" ", " ", " ", " - ", ", ", " | "])),
        capital=str(rng.choice(["as_is", "as_is", "as_is", "upper", "title"])),
        brand_share=float(rng.choice([0.98, 0.95, 0.9, 0.8])),
        alias_share=float(rng.uniform(0.0, 0.2)),
        noun_share=float(rng.uniform(0.3, 0.8)),
        synonym_share=float(rng.uniform(0.0, 0.4)),
        model_share=float(rng.choice([0.6, 0.8, 0.9, 0.97])),
        model_form=int(rng.choice(5, p=[0.4, 0.3, 0.15, 0.1, 0.05])),
        feature_share=float(rng.uniform(0.0, 0.25)),
        fluff_share=float(rng.choice([0.0, 0.0, 0.1, 0.3])),
        option_form=int(rng.choice(4, p=[0.5, 0.35, 0.1, 0.05])),
        option_share=float(rng.uniform(0.93, 1.0)),
        colour_translated=bool(rng.random() < 0.4),
        suffix_form=int(rng.integers(0, 4)),
        typo_share=float(rng.uniform(0.0, 0.06)),
        max_length=int(rng.choice([70, 100, 150])),
    )


def _honesty(rng: np.random.Generator) -> Honesty:
    """Most merchants are honest, some cheat now and then, a few live from it."""
    kind = rng.choice(["honest", "mixed", "inflater", "permanent"], p=[0.6, 0.2, 0.13, 0.07])
    if kind == "honest":
        return Honesty(0.02, 0.02, 0.0)
    if kind == "mixed":
        return Honesty(0.15, 0.15, 0.03)
    return Honesty(0.6, 0.2, 0.05) if kind == "inflater" else Honesty(0.15, 0.1, 0.7)


def _names(count: int, seed: int) -> list[str]:
    words = load_yaml("merchants.yml")
    names = [first + last for first in words["names_first"] for last in words["names_last"]]
    order = stream(seed, "merchants", "names").permutation(len(names))
    chosen = [names[place] for place in order[:count]]
    return chosen + [f"{names[order[place % len(names)]]}{place // len(names) + 1}" for place in range(len(names), count)]


def _focus(number: int, size: WorldSize, rng: np.random.Generator) -> tuple[int, ...]:
    """A generalist in four sells everything; in small worlds the first three do, so that offers meet."""
    everything = tuple(range(len(categories())))
    if number < 3 or rng.random() < 0.25:
        return everything
    return tuple(sorted(int(c) for c in rng.choice(len(everything), int(rng.integers(2, 7)), replace=False)))


def _platform(size: WorldSize, number: int) -> str:
    return MARKET_PLATFORMS[number % 20] if size.is_market else PLATFORMS[number % 3]


def _shares(size: WorldSize, seed: int) -> list[int]:
    """Listings per merchant: log-normal, smaller for page shops but in a market, summing to about size.offers / live share."""
    spread = stream(seed, "merchants", "sizes").lognormal(0.0, 0.55, size.merchants)
    weight = spread if size.is_market else np.array([SIZE_OF_PLATFORM[PLATFORMS[k % 3]] for k in range(size.merchants)]) * spread
    listings = size.offers / (MARKET_LIVE_SHARE if size.is_market else LIVE_SHARE)
    return [max(8, round(float(w))) for w in weight / weight.sum() * listings]


def build_merchants(size: WorldSize, seed: int, port: int) -> tuple[Merchant, ...]:
    """The merchants in order of their number; the address of number k is 127.10.<k // 250>.<k % 250 + 1>."""
    markets = load_yaml("merchants.yml")["markets"]
    weights = np.array([market["weight"] for market in markets], dtype=float)
    names, targets = _names(size.merchants, seed), _shares(size, seed)
    merchants = []
    for number in range(size.merchants):
        rng = stream(seed, "merchant", number)
        market = markets[0 if number < 2 else int(rng.choice(len(markets), p=weights / weights.sum()))]
        platform = _platform(size, number)
        merchants.append(
            Merchant(
                number=number,
                merchant_id=f"{names[number].lower()}-{market['country'].lower()}",
                name=names[number],
                platform=platform,
                country=market["country"],
                language=market["language"],
                currency=market["currency"],
                host=f"127.10.{number // 250}.{number % 250 + 1}",
                port=port,
                categories=_focus(number, size, rng),
                offers=targets[number],
                style=_style(rng),
                honesty=_honesty(rng),
                missing_identifiers=float(rng.uniform(0.15, 0.7)),
                wrong_identifiers=float(rng.uniform(0.0, 0.05)),
                broken_rows=float(rng.uniform(0.01, 0.045)),
                duplicates=float(rng.uniform(0.0, 0.03)),
                stock_out=float(rng.uniform(0.05, 0.35)),
                sale_share=float(rng.uniform(0.35, 0.9)),
                follower_share=float(rng.choice([0.0, 0.05, 0.15, 0.3])),
                price_level=float(rng.normal(1.0, 0.05)),
                price_ending=int(rng.choice([99, 95, 90, 0, 49])),
                reliability=float(rng.choice([1.0, 0.995, 0.98, 0.95])),
                vendor_is_shop=bool(rng.random() < 0.2),
                feed_flaw=FEED_FLAWS[number // 3 - 1] if platform == "google_merchant" and 1 <= number // 3 <= 2 else None,
            )
        )
    return tuple(merchants)


def registry(merchants: tuple[Merchant, ...], spacing: float = SPACING) -> dict[str, list[dict[str, object]]]:
    """The document of /control/registry.yml."""
    return {
        "merchants": [
            {
                "merchant_id": merchant.merchant_id,
                "name": merchant.name,
                "platform": merchant.platform,
                "base_url": merchant.base_url,
                "country": merchant.country,
                # a feed or a page says its currency on every row, or the row is worth nothing
                **({"currency": merchant.currency} if merchant.platform == "shopify" else {}),
                "language": merchant.language,
                "is_local": True,
                "spacing_seconds": spacing,
                "options": dict(OPTIONS.get(merchant.platform, {})),
            }
            for merchant in merchants
        ]
    }
