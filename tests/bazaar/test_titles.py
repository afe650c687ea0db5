from dataclasses import replace

import numpy as np
import pytest

from bazaar.merchants import Merchant
from bazaar.titles import DRAWS, ORDERS, SUFFIX_FORMS, model_code, write_option, write_title
from bazaar.world import World


@pytest.fixture
def merchant(tiny: World) -> Merchant:
    german = tiny.merchants[0]
    style = replace(german.style, option_form=0, colour_translated=True, separator=" - ", capital="as_is", max_length=150)
    return replace(german, language="de", style=style)


@pytest.mark.parametrize(
    ("axis", "value", "form", "written"),
    [
        ("colour", "Black", 0, "Schwarz"),
        ("capacity", "128GB", 0, "128 GB"),
        ("capacity", "128GB", 3, "128gb"),
        ("capacity", "8GB/256GB", 0, "8 GB RAM 256 GB SSD"),
        ("size", "55in", 1, "55 Zoll"),
        ("size", "55in", 2, "140 cm"),
        ("size", "EU 42", 1, "Gr. 42"),
        ("weight", "0.8 kg", 1, "800g"),
        ("weight", "0.8 kg", 2, "0,8kg"),
        ("volume", "50 ml", 3, "50ML"),
        ("pack", "1x", 0, ""),
        ("pack", "2x", 2, "Pack of 2"),
        ("edition", "Animal", 0, "Animal"),
    ],
)
def test_options_in_the_merchants_words(merchant: Merchant, axis: str, value: str, form: int, written: str) -> None:
    styled = replace(merchant, style=replace(merchant.style, option_form=form))
    assert write_option(axis, value, styled) == written


def test_the_french_count_in_octets(merchant: Merchant) -> None:
    assert write_option("capacity", "128GB", replace(merchant, language="fr")) == "128 Go"


def test_model_codes_are_spelled_in_five_ways() -> None:
    spelled = [model_code("VEO-730P41", form) for form in range(5)]
    assert spelled == ["VEO-730P41", "VEO730P41", "VEO 730P41", "veo-730p41", "730P41"]


def test_orders_hold_every_part_once() -> None:
    assert all(sorted(order) == sorted("bnlmof") for order in ORDERS)
    assert len(SUFFIX_FORMS) == 4


def test_a_title_says_brand_line_and_options(tiny: World, merchant: Merchant) -> None:
    row = np.zeros(DRAWS)  # every chance comes true, but for those of share 0
    style = replace(merchant.style, order=0, brand_share=1, alias_share=0, fluff_share=0, typo_share=0, suffix_form=0)
    whole = write_title(tiny.catalogue, 0, replace(merchant, style=style), row, split=False)
    assert whole.variant_title is None
    assert whole.title.startswith(f"{tiny.catalogue.brand[0]} {tiny.catalogue.line[0]}")
    parted = write_title(tiny.catalogue, 0, replace(merchant, style=style), row, split=True)
    assert parted.variant_title
    assert parted.variant_title.split(" / ")[0] in whole.title


def test_titles_have_no_loose_spaces(small: World) -> None:
    assert all(item.title == " ".join(item.title.split()) for item in small.listings)
    assert all(0 < len(item.title) <= 150 for item in small.listings)
