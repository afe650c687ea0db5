"""Listings: which merchant lists which true variant, under which native ids, title and identifiers.

What a listing *says* is here and never changes; what it costs on a day is bazaar.market.
"""

from dataclasses import dataclass, replace

import numpy as np

from bazaar.catalogue import Catalogue
from bazaar.gtin import broken, gtin14, is_valid
from bazaar.merchants import Merchant
from bazaar.rng import FloatArray, number, stream
from bazaar.titles import model_code, uniforms, write_brand, write_title
from bazaar.vocabulary import categories

VARIANT_SHARE = 0.8
OUTSIDE_FOCUS = 1e-4  # a merchant lists a foreign category only when its own are exhausted
BREAKAGE = {
    "shopify": ("zero_price", "text_price", "missing_price", "missing_title"),
    "google_merchant": ("missing_price", "zero_price", "text_price", "missing_currency", "missing_title", "ill_formed"),
    "jsonld": ("zero_price", "text_price", "missing_price", "missing_currency", "ill_formed"),
    "woocommerce": ("zero_price", "text_price", "missing_price", "missing_title"),
    "magento": ("zero_price", "missing_price", "missing_title"),
    **dict.fromkeys(
        ("awin", "impact", "rakuten", "cj"), ("zero_price", "text_price", "missing_price", "missing_currency", "missing_title")
    ),
}


@dataclass(frozen=True, slots=True)
class Listing:
    """One row of one shop. `gtin` is what the shop shows (its check digit may be wrong); `broken` names how the row is spoilt."""

    number: int
    merchant: int
    true_index: int
    native_product_id: str
    native_variant_id: str
    item_group_id: str | None
    title: str
    variant_title: str | None
    path: str
    description: str
    image_path: str
    brand: str | None
    gtin: str | None
    mpn: str | None
    sku: str | None
    category_path: str
    broken: str | None
    is_duplicate: bool

    @property
    def valid_gtin(self) -> str | None:
        """What a careful reader keeps: 14 digits, or nothing where the check digit is wrong."""
        return gtin14(self.gtin) if self.gtin and is_valid(self.gtin) else None

    @property
    def full_title(self) -> str:
        """Title and options in one string, whatever the platform."""
        return f"{self.title} {self.variant_title}" if self.variant_title else self.title


@dataclass(frozen=True, slots=True)
class Place:
    """A true variant chosen by a merchant. `copy` counts further listings of the same group."""

    index: int
    copy: int


def _choose(merchant: Merchant, catalogue: Catalogue, rng: np.random.Generator) -> list[Place]:
    """Groups by popularity within the merchant's categories until its target is reached; duplicates at the end."""
    weight = catalogue.popularity**0.55 * np.where(np.isin(catalogue.category, merchant.categories), 1.0, OUTSIDE_FOCUS)
    groups = int(catalogue.group.max()) + 1
    per_group = np.bincount(catalogue.group, weights=weight, minlength=groups)
    order = np.argsort(-(np.log(np.maximum(per_group, 1e-300)) + rng.gumbel(size=groups)), kind="stable")
    starts = np.searchsorted(catalogue.group, np.arange(groups + 1))
    chosen: list[Place] = []
    for group in order[per_group[order] > 0]:
        members = np.arange(starts[group], starts[group + 1])
        kept = members[rng.random(len(members)) < VARIANT_SHARE]
        chosen += [Place(int(index), 0) for index in (kept if len(kept) else members[:1])]
        if len(chosen) >= merchant.offers:
            break
    twice = rng.random(len(chosen)) < merchant.duplicates
    return chosen + [Place(place.index, 1) for place, again in zip(chosen, twice, strict=True) if again]


def _identifiers(catalogue: Catalogue, index: int, merchant: Merchant, row: FloatArray) -> tuple[str | None, str | None]:
    """(gtin, mpn) as shown: some are missing, some are a sibling's, some have a wrong check digit."""
    if row[16] < merchant.missing_identifiers or merchant.platform == "shopify":
        gtin = None
    elif row[17] < merchant.wrong_identifiers:
        sibling = index + 1 if index + 1 < len(catalogue) else index - 1
        gtin = broken(catalogue.gtin[index][1:]) if row[18] < 0.5 else str(catalogue.gtin[sibling][1:])
    else:
        gtin = catalogue.gtin[index][1:]
    mpn = None
    if row[19] < (1 - merchant.missing_identifiers) * 0.6:
        # half of the shops know the code of the variant, the others only that of the model
        mpn = catalogue.mpn[index] if merchant.number % 2 else model_code(catalogue.model[index], 0)
    return gtin, mpn


def _native_ids(merchant: Merchant, catalogue: Catalogue, place: Place) -> tuple[str, str, str | None]:
    """(product, variant, group): Shopify's long numbers, a feed's own article numbers, a page shop's skus."""
    seed = catalogue.seed
    group = number(seed, merchant.merchant_id, "group", int(catalogue.group[place.index]), place.copy) % 10**9
    item = number(seed, merchant.merchant_id, "item", place.index, place.copy) % 10**9
    if merchant.platform == "shopify":
        return str(7_000_000_000_000 + group), str(40_000_000_000_000 + item), str(7_000_000_000_000 + group)
    if merchant.platform == "google_merchant":
        return f"{merchant.country}-{item:09d}", "", f"G{group:09d}" if merchant.number % 2 else None
    if merchant.platform == "woocommerce":
        return str(item), "", None
    return f"{merchant.name[:3].upper()}{item:09d}", "", None


def _slug(text: str) -> str:
    kept = "".join(ch if ch.isascii() and ch.isalnum() else "-" for ch in text.lower())
    return "-".join(part for part in kept.split("-") if part)[:60]


def _path(merchant: Merchant, catalogue: Catalogue, index: int, ids: tuple[str, str, str | None]) -> str:
    slug = _slug(f"{catalogue.brand[index]} {catalogue.line[index]}")
    if merchant.platform == "shopify":
        return f"/products/{slug}-{ids[0][-9:]}?variant={ids[1]}"
    if merchant.platform == "woocommerce":
        return f"/product/{slug}-{ids[0]}/"
    if merchant.platform == "magento":
        return f"/{slug}-{ids[0].lower()}.html"
    return f"/p/{slug}-{ids[0].lower()}" if merchant.platform == "jsonld" else f"/item/{ids[0]}/{slug}"


def _brand_field(merchant: Merchant, catalogue: Catalogue, index: int, row: FloatArray) -> str | None:
    if merchant.platform == "shopify" and merchant.vendor_is_shop:
        return merchant.name
    if row[20] < merchant.missing_identifiers * 0.4 and merchant.platform != "shopify":
        return None
    return write_brand(catalogue.brand[index], categories()[int(catalogue.category[index])], row[5:7], merchant)


def _description(merchant: Merchant, catalogue: Catalogue, index: int, row: FloatArray) -> str:
    noun = categories()[int(catalogue.category[index])].noun[merchant.language]
    code = f" {model_code(catalogue.model[index], merchant.style.model_form)}" if row[21] < 0.5 else ""
    return f"{noun} {catalogue.brand[index]} {catalogue.line[index]}{code}, {catalogue.feature[index]}. {merchant.name}."


def _category_path(merchant: Merchant, catalogue: Catalogue, index: int) -> str:
    path = str(catalogue.category_path[index])
    return path.rsplit(" > ", 1)[-1] if merchant.platform == "shopify" else path


def _breakage(merchant: Merchant, row: FloatArray) -> str | None:
    if row[22] >= merchant.broken_rows:
        return None
    kinds = BREAKAGE[merchant.platform]
    if merchant.platform == "google_merchant" and merchant.number // 3 % 2 == 0:
        kinds = kinds[:-1]  # one ill-formed item spoils the whole document: half of the feeds have none
    return kinds[int(row[23] * len(kinds))]


def _sku(merchant: Merchant, native: str, mpn: str | None) -> str | None:
    """Shops with a field for it show an article number; an affiliate file does where it names the article by it."""
    if merchant.platform in ("shopify", "woocommerce"):
        return mpn
    return native if merchant.platform in ("jsonld", "magento", "awin", "rakuten") else None


def _listing(merchant: Merchant, catalogue: Catalogue, place: Place, row: FloatArray, first: Listing | None) -> Listing:
    """One listing; `first` is an earlier variant of the same Shopify product, whose product-level fields it shares."""
    index = place.index
    ids = _native_ids(merchant, catalogue, place)
    written = write_title(catalogue, index, merchant, row, split=merchant.platform == "shopify")
    gtin, mpn = _identifiers(catalogue, index, merchant, row)
    listing = Listing(
        number=-1,
        merchant=merchant.number,
        true_index=index,
        native_product_id=ids[0],
        native_variant_id=ids[1],
        item_group_id=ids[2],
        title=written.title,
        variant_title=written.variant_title,
        path=_path(merchant, catalogue, index, ids),
        description=_description(merchant, catalogue, index, row),
        image_path=str(catalogue.image_path[index]),
        brand=_brand_field(merchant, catalogue, index, row),
        gtin=gtin,
        mpn=mpn if merchant.platform not in ("shopify", "woocommerce", "magento") else None,
        sku=_sku(merchant, ids[0], mpn),
        category_path=_category_path(merchant, catalogue, index),
        broken=_breakage(merchant, row),
        is_duplicate=place.copy > 0,
    )
    if first is None:
        return listing
    return replace(listing, title=first.title, description=first.description, brand=first.brand)


def _merchant_listings(merchant: Merchant, catalogue: Catalogue) -> list[Listing]:
    places = _choose(merchant, catalogue, stream(catalogue.seed, "listings", merchant.number))
    rows = uniforms(stream(catalogue.seed, "titles", merchant.number), len(places))
    firsts: dict[str, Listing] = {}
    listings: list[Listing] = []
    for place, row in zip(places, rows, strict=True):
        product = _native_ids(merchant, catalogue, place)[0]
        listing = _listing(merchant, catalogue, place, row, firsts.get(product))
        if merchant.platform == "shopify":
            firsts.setdefault(product, listing)
        listings.append(listing)
    if not any(listing.broken for listing in listings):  # nobody is perfect, however small the shop
        listings[-1] = replace(listings[-1], broken=BREAKAGE[merchant.platform][0])
    return _whole_products(listings)


def _whole_products(listings: list[Listing]) -> list[Listing]:
    """A missing title spoils a whole Shopify product, so there every variant of it is broken."""
    untitled = {
        item.native_product_id for item in listings if item.native_variant_id and item.broken == "missing_title"
    }
    return [replace(item, broken="missing_title") if item.native_product_id in untitled else item for item in listings]


def build_listings(merchants: tuple[Merchant, ...], catalogue: Catalogue) -> list[Listing]:
    """All listings that ever exist, merchant by merchant; `number` is the place in this list."""
    every = [listing for merchant in merchants for listing in _merchant_listings(merchant, catalogue)]
    return [replace(listing, number=place) for place, listing in enumerate(every)]
