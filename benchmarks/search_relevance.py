"""How well the search finds: MRR@10 and recall@20 of the served search beside plain full text and trigrams, on a bazaar's deals.

    python benchmarks/search_relevance.py [--world small] [--seeds 101 202 303] [--queries 400]

Four kinds of queries (benchmarks/search_world.py): searches of the simulated shoppers' last 28 days, of which right is what they
opened next; brand and line of a product, two in three with a slip of the pen; plurals and model codes; brand and thing in another
language. What is learned (popularity, clicks after words) is of the days before. One JSON line per seed and engine.

- ours: serving's own search, as the API answers: its page, and what is related where that is not full
- ours_without_clicks, ours_without_clicks_and_synonyms: the same without what shoppers clicked, without the file of synonyms, too
- full_text: tsvector of `simple` words and ts_rank, title^3, brand^2, category^1.5, all words wanted
- trigram: titles by word_similarity
- semantic: TF-IDF of words and SVD, by cosine; fused: ours and semantic by reciprocal rank; fused_ours_first: ours fourfold
"""

import argparse
import asyncio
import json
import os
import shutil
import sys
import tempfile
import time
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString

import numpy as np
from psycopg import AsyncConnection

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from benchmarks.deals_bazaar import Warehouse  # noqa: E402
from benchmarks.search_world import Published, Query, make, publish  # noqa: E402
from serving import synonyms as words_file  # noqa: E402
from serving.db import Database  # noqa: E402
from serving.inputs import DealQuery  # noqa: E402
from serving.reads import deals  # noqa: E402
from serving.shelf import Shelf  # noqa: E402
from serving.spelling import Speller  # noqa: E402
from stack import postgres  # noqa: E402

SHOWN = 20
FUSED_WITH = 60  # the constant of reciprocal rank fusion
LEADING = 4      # in `fused_ours_first`, so many times as much says the search as the vectors
Found = list[uuid.UUID]
Engine = Callable[[str], Awaitable[Found]]
PLAIN = """
create table plain as
select deal_id, prank, title,
       setweight(to_tsvector('simple', unaccent(title)), 'A')
       || setweight(to_tsvector('simple', unaccent(coalesce(brand, ''))), 'B')
       || setweight(to_tsvector('simple', unaccent(coalesce(category, ''))), 'C') as tsv
from publish.search_doc
"""
FULL_TEXT = """
select deal_id from plain where tsv @@ websearch_to_tsquery('simple', unaccent(%(q)s))
order by ts_rank('{0, 0.5, 0.667, 1}', tsv, websearch_to_tsquery('simple', unaccent(%(q)s))) desc, prank limit 20
"""
TRIGRAM = "select deal_id from plain order by word_similarity(unaccent(%(q)s), unaccent(title)) desc, prank limit 20"


@contextmanager
def database() -> Iterator[str]:
    home = Path(tempfile.mkdtemp(prefix="dealhouse-bench-", dir=os.environ.get("TMPDIR", "/var/tmp")))  # noqa: S108
    made = Warehouse(home)
    try:
        yield made.url
    finally:
        postgres.stop(made.cluster)
        shutil.rmtree(home)


class Semantic:
    """Deals and queries as vectors of what words go together: TF-IDF of words and letters, SVD, cosine."""

    def __init__(self, made: Published, dimensions: int = 128) -> None:
        from sklearn.decomposition import TruncatedSVD
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import Normalizer

        fields = ("title", "brand", "category", "subcategory", "description")
        texts = [" ".join(str(deal[name] or "") for name in fields) for deal in made.deals]
        self.ids = [deal["deal_id"] for deal in made.deals]
        self.pipeline = make_pipeline(
            TfidfVectorizer(strip_accents="unicode", sublinear_tf=True, min_df=2), TruncatedSVD(dimensions, random_state=7),
            Normalizer(),
        )
        self.vectors = self.pipeline.fit_transform(texts)

    async def __call__(self, query: str) -> Found:
        likeness = self.vectors @ self.pipeline.transform([query])[0]
        return [self.ids[place] for place in np.argsort(-likeness, kind="stable")[:SHOWN] if likeness[place] > 0]


def fused(*lists: Found) -> Found:
    """Reciprocal rank fusion."""
    score: dict[uuid.UUID, float] = defaultdict(float)
    for found in lists:
        for place, deal in enumerate(found, 1):
            score[deal] += 1 / (FUSED_WITH + place)
    return sorted(score, key=lambda deal: (-score[deal], str(deal)))[:SHOWN]


async def judged(engine: Engine, queries: Sequence[Query]) -> dict[str, float]:
    """Means over the queries."""
    mrr, recall, empty = [], [], 0
    for query in queries:
        found = await engine(query.words)
        hits = [place for place, deal in enumerate(found, 1) if deal in query.right]
        mrr.append(1 / hits[0] if hits and hits[0] <= 10 else 0.0)
        recall.append(len(hits) / min(len(query.right), SHOWN))
        empty += not found
    told = {"mrr@10": float(np.mean(mrr)), "recall@20": float(np.mean(recall)), "nothing": empty / len(queries)}
    return {name: round(value, 3) for name, value in told.items()}


async def measure(url: str, made: Published) -> dict[str, dict[str, dict[str, float]]]:
    """Figures by engine and kind of query."""
    base, speller = Database(url, 2, Shelf(0)), Speller()
    await base.open()
    plain = await AsyncConnection.connect(url, autocommit=True)
    await plain.execute(PLAIN)

    async def ours(query: str) -> Found:
        async with base.session() as session:
            answer, _ = await deals.find(session, speller, DealQuery(q=query, limit=SHOWN))
            return [item.deal_id for item in (*answer.items, *answer.related)]

    def by(statement: LiteralString) -> Engine:
        async def engine(query: str) -> Found:
            return [row[0] for row in await (await plain.execute(statement, {"q": query})).fetchall()]
        return engine

    semantic = Semantic(made)

    async def both(query: str) -> Found:
        return fused(await ours(query), await semantic(query))

    async def first(query: str) -> Found:
        return fused(*[await ours(query)] * LEADING, await semantic(query))

    engines: dict[str, Engine] = {
        "ours": ours, "full_text": by(FULL_TEXT), "trigram": by(TRIGRAM), "semantic": semantic, "fused": both,
        "fused_ours_first": first,
    }
    told: dict[str, dict[str, dict[str, float]]] = {}
    for name, engine in engines.items():
        told[name] = {kind: await judged(engine, queries) for kind, queries in made.queries.items()}
    await plain.execute("update publish.current set version = 0 where dataset = 'search_click'")
    told["ours_without_clicks"] = {kind: await judged(ours, queries) for kind, queries in made.queries.items()}
    words_file.synonyms().clear()
    told["ours_without_clicks_and_synonyms"] = {kind: await judged(ours, queries) for kind, queries in made.queries.items()}
    words_file.synonyms.cache_clear()
    await plain.close()
    await base.close()
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world", default="small")
    parser.add_argument("--seeds", type=int, nargs="+", default=[101, 202, 303])
    parser.add_argument("--queries", type=int, default=400)
    asked = parser.parse_args()
    for seed in asked.seeds:
        began = time.monotonic()
        made = make(asked.world, seed, asked.queries)
        with database() as url:
            publish(url, made)
            told = asyncio.run(measure(url, made))
        kinds = {kind: len(queries) for kind, queries in made.queries.items()}
        print(json.dumps({"world": asked.world, "seed": seed, "deals": len(made.deals), "queries": kinds}), flush=True)
        for engine, figures in told.items():
            mean = {name: round(float(np.mean([one[name] for one in figures.values()])), 3) for name in ("mrr@10", "recall@20")}
            print(json.dumps({"seed": seed, "engine": engine, "all": mean, **figures}), flush=True)
        print(json.dumps({"seed": seed, "seconds": round(time.monotonic() - began, 1)}), flush=True)


if __name__ == "__main__":
    main()
