"""Numbers of the categories' capability, with where they come from."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

CAPABILITY = "categories"
METRIC = "named_right_without_path"
RULES_VERSION = "categories-words-1"


class CategoriesConfig(BaseModel):
    """Every choice of the classifier; frozen, logged with each training."""

    model_config = ConfigDict(frozen=True)

    least_confidence: float = 0.8      # of words and text together; below it a product is `other`
    dissent: float = 0.25              # of a product's votes may speak against an offer that is just sure enough
    precision: float = 0.97            # wanted of what the text alone names; its threshold is read off held-out offers
    # how often a clear word in a merchant's path, a title that names one thing, a broad word in a path (`home`, `food`) is
    # right, before anything was learnt; by words.Source
    trust: Mapping[str, float] = {"PATH": 0.97, "TITLE": 0.95, "BROAD": 0.85}
    trust_weight: int = 50             # offers that these three count as, beside what is observed
    most_trust: float = 0.995          # more no source gets, however often it was seen right: its odds stay finite
    witness: float = 0.97              # of a text alone to bear witness for or against a source: as sure as the best of them
    least_yes: float = 0.85            # of a category's own probability, for a text alone: of a category never seen 0-20 % pass
    least_fine_yes: float = 0.5        # the same of a subcategory, whose category is sure already
    doubt: float = 0.05                # smooths the odds that a text gives
    min_examples: int = 200            # distinct labelled texts; fewer: the words serve
    min_class_examples: int = 12       # of a category or subcategory to be learnt
    max_examples: int = 40_000         # more add little, and training has minutes
    calibrating: tuple[int, ...] = (0, 5)  # tenths of the products that calibrate what was learnt: few, a curve takes little
    judging: tuple[int, ...] = (1,)        # and judge it: neither learnt from nor calibrated on, now or in an earlier training
    strength: float = 8.0              # liblinear's C: little regularisation, texts are short
    letters: int = 2**17               # hashed character n-grams of words
    description_words: int = 25        # a description's first words say what it is, the rest is prose
    retrain_days: int = 28
