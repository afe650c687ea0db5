"""The features that speak of a pair, in words."""

import math

SHARES = {
    "word": "words in common, by their weight", "char": "spelling in common",
    "shared_of_longer": "of the longer title's words are shared",
    "shared_of_shorter": "of the shorter title's words are shared", "token_set": "alike, whatever the order and the extra words",
    "token_sort": "alike, whatever the order", "joined_ratio": "alike without spaces",
    "joined_jaro": "alike without spaces, the beginning first",
    "code_found": "of the longest model code stands in the other title", "code_like": "likeness of the longest model codes",
}
RARITY = {"unshared_most": "the rarest word of one title only", "unshared_least": "the rarest word of the other title only"}
COUNTS = {
    "numbers_common": "numbers in common", "numbers_apart": "numbers that the other lacks, in each title at least",
    "numbers_extra": "numbers that the other lacks, in one title",
}
# what is said where the figure is not zero, and where it is
FLAGS = {
    "variant_agree": ("a size, colour, capacity or pack is the same", "no size, colour, capacity or pack in common"),
    "variant_conflict": ("a size, colour, capacity or pack differs", "no size, colour, capacity or pack differs"),
    "variant_one_sided": ("only one names a size, colour, capacity or pack", "both name the same kinds of variants"),
    "pack_one_sided": ("only one is a pack", "both or neither are packs"),
    "code_common": ("a model code in common", "no model code in common"),
    "code_apart": ("different model codes", "no model codes that differ"),
    "code_same_shape": ("model codes of one pattern that differ: sibling models", "no sibling model codes"),
    "number_common": ("a number in common", "no number in common"),
    "number_apart": ("different numbers", "no numbers that differ"),
    "brand_same": ("the same brand", "not the same brand"),
    "brand_apart": ("different brands", "no brands that differ"),
    "mpn_same": ("the same part number", "not the same part number"),
    "mpn_apart": ("different part numbers", "no part numbers that differ"),
    "group_same": ("variants of one article at one merchant", "not variants of one article of a merchant"),
    "merchant_same": ("the same merchant lists both", "different merchants"),
    "mutual": ("each is the other's best candidate", "one of them has a better candidate"),
}
RIVALS = {"all": "among all candidates", "shop": "among the other merchant's listings"}


def sentence(feature: str, value: float | None) -> str:
    """What a feature says of a pair; a feature that nobody has put into words speaks by its name."""
    if value is None:
        return f"{_name(feature)}: unknown"
    flag = "mutual" if feature.endswith("_mutual") else feature  # like ranks and gaps, whatever stands in front of it
    if flag in FLAGS:
        return FLAGS[flag][0 if value else 1]
    return _figure(feature, value) or _among(feature, value) or f"{_name(feature)}: {value:g}"


def _figure(feature: str, value: float) -> str | None:
    if feature in SHARES:
        return f"{value if value > 1 else 100 * value:.0f} % {SHARES[feature]}"
    if feature in COUNTS:
        return f"{COUNTS[feature]}: {value:.0f}"
    if feature in RARITY:
        return f"{RARITY[feature]} is {'very rare' if value > 6 else 'rare' if value > 4 else 'common' if value else 'none'}"
    if feature == "price_ratio":
        return f"the dearer costs {100 * math.expm1(value):.0f} % more" if value >= 0.005 else "the same price"
    return None


def _among(feature: str, value: float) -> str | None:
    """Ranks and gaps: `rank_low_all`, `gap_high_shop`, whatever stands in front of them."""
    parts = feature.split("_")
    if len(parts) < 3 or parts[-1] not in RIVALS or parts[-2] not in ("low", "high") or parts[-3] not in ("rank", "gap"):
        return None
    who = RIVALS[parts[-1]]
    if parts[-3] == "rank":
        return f"place {value + 1:.0f} {who}, by the {'better' if parts[-2] == 'low' else 'worse'} side"
    lead = f"{abs(value):.2f} {'ahead of' if value >= 0 else 'behind'} the best rival"
    return f"{lead} {who}, by the {'worse' if parts[-2] == 'low' else 'better'} side"


def _name(feature: str) -> str:
    return feature.replace("_", " ")
