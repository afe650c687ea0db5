"""Matching's numbers, with where they come from."""

from pydantic import BaseModel, ConfigDict

CAPABILITY = "matching"
METRIC = "pair_f1_gtin_masked"
RULES_VERSION = "matching-rules-1"


class MatchingConfig(BaseModel):
    """Every choice of the matcher; frozen, logged with each training."""

    model_config = ConfigDict(frozen=True)

    top_k: int = 15                    # candidates per offer and text view: recall .82 at 15 on PriceRunner, .60 at 5
    min_similarity: float = 0.15       # a candidate pair's least cosine
    exact_offers: int = 25_000         # up to here every term is asked for: the work grows with the square
    postings: int = 10_000             # beyond: offers that an offer's rarest terms may reach together
    deep: int = 120                    # beyond: found by rare terms before whole texts and prices choose top_k of them
    price_nearness: float = 0.25       # beyond: what an equal price adds to a cosine in that choice
    price_spread: float = 0.15         # of a price's logarithm: what shops differ by for one product
    max_incremental_share: float = 0.25    # of all offers new or gone; beyond it everything is matched anew
    max_identifier_group: int = 40     # an identifier shared by more offers is no identifier
    max_training_pairs: int = 250_000
    min_positive_labels: int = 60      # fewer: no training, the rules serve
    validation_folds: tuple[int, ...] = (6, 7)   # of ten, by the identifier's hash
    test_folds: tuple[int, ...] = (8, 9)
    trees: int = 200
    leaves: int = 31
    learning_rate: float = 0.06
    second_trees: int = 150    # the second look has few features
    second_leaves: int = 15
    retrain_days: int = 28
    equal_gtin_odds: float = 400.0     # what an equal identifier adds to the odds of the text: wrong identifiers exist
    merge_threshold: float = 0.4    # least mean probability between two clusters that join
    missing_probability: float = 0.08  # of a pair between two clusters that blocking never proposed
    group_threshold: float = 0.5       # least mean kinship of two products of one item group
    kin_similarity: float = 0.35       # least cosine of a pair that may be one article
    missing_kinship: float = 0.02      # of a pair that blocking never proposed
    auto_probability: float = 0.85     # band `auto` from here on, `review` below
    max_evaluation_offers: int = 2000  # the naive compares all pairs of them
    max_naive_offers: int = 30_000     # on anybody's file: 30 s of comparing
    review_weight: int = 5             # a person's answer counts as so many labels of identifiers
    max_questions: int = 500           # open at a time in the queue of reviews
    spoken_features: int = 6           # shown beside a question
