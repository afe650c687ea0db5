"""What a world's search documents hold: their words, what shoppers opened after some of them, what is suggested."""

from collections import Counter
from typing import Any

from serving.words import split, term


def add_search_rows(rows: dict[str, list[dict[str, Any]]]) -> None:
    """The words of the documents, what shoppers opened after some, and what is suggested."""
    docs = rows["search_doc"]
    texts = (f"{doc['title']} {doc['brand']} {doc['category']}" for doc in docs)
    words = Counter(word for text in texts for word in set(split(text)) if len(word) > 2)
    terms = [("word", word, word, count) for word, count in words.items()]
    for kind in ("brand", "category"):
        terms += [(kind, term(name), name, count) for name, count in Counter(doc[kind] for doc in docs).items()]
    rows["search_term"] = [dict(zip(("kind", "term", "value", "deals"), row, strict=True)) for row in terms]
    keyboard = next(doc for doc in docs if doc["title"].startswith("Mechanical"))
    rows["search_click"] = [{"term": "typing", "deal_id": keyboard["deal_id"], "shoppers": 9}]
    items = [{"kind": "brand", "text": "Sonora", "value": "Sonora", "count": 2},
             {"kind": "query", "text": "sonora headphones", "value": "sonora headphones", "count": 12}]
    for length in range(len("sonora") + 1):
        rows["suggestion"].append({"prefix": "sonora"[:length], "items": items, "strength": 1.5})
