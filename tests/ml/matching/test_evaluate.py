from collections import Counter
from collections.abc import Callable

import numpy as np
import pandas as pd

from ml.matching.config import MatchingConfig
from ml.matching.evaluate import compare, fold_of, folds, held_out, labelled_pairs, naive_clusters
from ml.matching.model import Rules, block
from ml.matching.offers import prepare

Market = Callable[..., pd.DataFrame]
CONFIG = MatchingConfig()


def test_train_and_held_out_share_no_product(make_market: Market) -> None:
    offers = prepare(make_market())
    held = held_out(offers, CONFIG)
    assert not held.empty
    assert set(map(fold_of, held["gtin"])) <= set(CONFIG.test_folds)
    labelled = labelled_pairs(offers, block(offers, CONFIG), CONFIG, np.random.default_rng(1))
    assert labelled is not None
    assert "gtin" not in "".join(labelled.train.columns)
    assert 0 < labelled.train_labels.mean() < 1


def test_the_evaluation_takes_whole_products_and_not_too_many(make_market: Market) -> None:
    offers = prepare(make_market())
    few = held_out(offers, CONFIG.model_copy(update={"max_evaluation_offers": 30}))
    assert 0 < len(few) <= 30
    counts, taken = Counter(offers.gtin), Counter(few["gtin"])
    assert all(counts[gtin] == size for gtin, size in taken.items())


def test_too_few_labels_train_nothing(make_market: Market) -> None:
    offers = prepare(make_market(products=30, gtin_share=0.1))
    assert labelled_pairs(offers, block(offers, CONFIG), CONFIG, np.random.default_rng(1)) is None
    assert (folds(offers) == -1).mean() > 0.8


def test_the_naive_joins_near_titles_of_like_price() -> None:
    titles = ["red chair wood", "red chair wood", "garden lamp solar", "red chair wood oak", "red chair wood oak"]
    labels = naive_clusters(titles, np.array([10, 10.5, 10, 10, 0.1], np.float32))
    assert labels[0] == labels[1] == labels[3]
    assert labels[2] != labels[0]
    assert naive_clusters(titles[3:] + titles[:1], np.array([0.1, 0.1, 10], np.float32)).tolist() == [0, 0, 1]
    assert len(set(naive_clusters(["", "-"], np.array([1, 1], np.float32)).tolist())) == 2


def test_both_methods_are_judged_on_the_same_hidden_truth(make_market: Market) -> None:
    naive, mine = compare(held_out(prepare(make_market()), CONFIG), [Rules()], CONFIG)
    assert naive.offers == mine.offers > 0
    assert naive.method == "naive-tfidf-dbscan"
    assert mine.pairs.f1 > naive.pairs.f1


def test_the_naive_is_the_dbscan_of_the_inputs(make_market: Market) -> None:
    from sklearn.cluster import DBSCAN
    from sklearn.feature_extraction.text import TfidfVectorizer

    frame = make_market(products=40)
    titles, price = frame["title"].tolist(), frame["price"].to_numpy(np.float32)
    text = TfidfVectorizer(max_features=1000, ngram_range=(1, 2), stop_words="english").fit_transform(titles)
    alike = 1 - np.abs(price[:, None] - price[None, :]) / np.maximum(price[:, None], price[None, :])
    distance = np.clip(1 - 0.7 * (text @ text.T).toarray() - 0.3 * alike, 0, 1)
    whole = DBSCAN(eps=0.3, min_samples=2, metric="precomputed").fit_predict(distance)
    mine = naive_clusters(titles, price)
    assert len(set(mine.tolist())) == len(set(whole[whole >= 0].tolist())) + (whole < 0).sum()
    assert all(len(set(mine[whole == label].tolist())) == 1 for label in set(whole[whole >= 0].tolist()))
