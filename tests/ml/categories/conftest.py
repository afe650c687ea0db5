"""A little world in which brands go with things: what words teach can be told from what they say."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from ml.categories.assign import read_words
from ml.categories.config import CategoriesConfig
from ml.categories.model import Classifier
from ml.categories.training import gather, learn

THINGS = {
    "mobile phones": ("smartphone", ["Norvik", "Altera"], ["dual sim", "64GB", "5.8 inch"]),
    "laptops": ("laptop", ["Hallard", "Zephyr"], ["16GB RAM", "Core i5", "FHD"]),
    "washing machines": ("washing machine", ["Brunmark", "Sunwei"], ["1400 rpm", "8kg", "spin"]),
    "fridges": ("fridge", ["Brunmark", "Kestrel"], ["no frost", "litre", "larder"]),
}
CONFIG = CategoriesConfig(min_examples=60, letters=2**10, max_examples=400)


def offers(count: int, *, named: float = 0.7, seed: int = 1) -> pd.DataFrame:
    """Offers of four things; `named` of them say what they are. truth: the subcategory."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        thing = list(THINGS)[number % len(THINGS)]
        noun, brands, traits = THINGS[thing]
        words = [str(rng.choice(brands)), f"{chr(97 + number % 26)}{rng.integers(10, 99)}", *rng.permutation(traits)[:2].tolist()]
        is_named = rng.random() < named
        rows.append({
            "title": " ".join([*words, noun] if is_named else words), "category_path": "", "description": "", "truth": thing,
        })
    return pd.DataFrame(rows)


@pytest.fixture(scope="session")
def make_offers() -> Callable[..., pd.DataFrame]:
    return offers


@pytest.fixture(scope="session")
def config() -> CategoriesConfig:
    return CONFIG


@pytest.fixture(scope="session")
def classifier(config: CategoriesConfig) -> Classifier:
    learnt = learn(gather(read_words(offers(400), config), config, seed=3), config, "test-1", seed=3)
    assert learnt is not None
    return learnt
