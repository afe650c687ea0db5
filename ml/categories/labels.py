"""Labels for products: their offers' categories and tags, voted on. What the matcher asks when it writes a product's card."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from ml.categories.assign import Sorted, Verdict, read_words, sort_offers, vote
from ml.categories.config import CategoriesConfig
from ml.categories.model import Classifier
from ml.categories.tags import Tag, Trait, agree, traits

Variants = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Label:
    """A product's category, subcategory and tags."""

    verdict: Verdict
    tags: list[Tag]

    def columns(self) -> dict[str, Any]:
        """As predictions.product has them; tags as a list of {kind, value, confidence}."""
        return {
            "category": self.verdict.category, "category_confidence": round(self.verdict.confidence, 4),
            "subcategory": self.verdict.subcategory, "google_category_id": self.verdict.google,
            "tags": [asdict(tag) for tag in self.tags],
        }


@dataclass(frozen=True)
class Labels:
    """What some offers of a frame are. place: an offer's position in the frame -> its row here."""

    found: Sorted
    stated: Sequence[dict[Trait, float]]
    place: Mapping[int, int]
    config: CategoriesConfig

    def of(self, members: Sequence[int]) -> Label:
        """The label of the product whose offers stand at `members` in the frame."""
        rows = [self.place[int(member)] for member in members]
        return Label(vote(self.found, rows, self.config), agree([self.stated[row] for row in rows]))


def label(
    frame: pd.DataFrame, positions: Sequence[int], classifier: Classifier | None, config: CategoriesConfig,
    variants: Mapping[int, Variants] | None = None,
) -> Labels:
    """Read the offers at `positions`. frame: title, and where there are any variant_title, category_path, description.

    variants: by position, what the matcher read (colours, sizes, capacities, packs).
    """
    chosen = frame.iloc[list(positions)]
    found = sort_offers(read_words(chosen, config), classifier, config)
    columns = [chosen[name].fillna("").astype(str) if name in chosen else [""] * len(chosen) for name in
               ("title", "variant_title", "category_path", "description")]
    stated = [
        traits(f"{title} {variant}", path, description, (variants or {}).get(position))
        for position, title, variant, path, description in zip(positions, *columns, strict=True)
    ]
    return Labels(found, stated, {int(position): row for row, position in enumerate(positions)}, config)
