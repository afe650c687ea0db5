"""Product pages: accuracy and speed beside extruct + price-parser and beside a bare parse in the same run. Prints JSON lines.

Accuracy by the definition of scrapinghub/product-extraction-benchmark (score.py beside the pages): right when equal to an
accepted value; a wrong value is one false positive and one false negative; a value where there is none is a false positive.
Speed in CPU seconds of this one process; both systems read the same bytes, decompressed before the clock starts.
"""

import gzip
import json
import resource
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import extruct
from price_parser import Price
from selectolax.lexbor import LexborHTMLParser

from dealhouse.scraping.offer import Context, Offer
from dealhouse.scraping.parsers import html
from dealhouse.scraping.parsers.page.vote import HIGH

SOURCES = ("peb", "metascraper_shopping")
STATES = {"in": "InStock", "out": "OutOfStock", "preorder": "InStock", "backorder": "InStock"}
Answer = dict[str, Any]
System = Callable[[bytes, str], Answer]


def ours(document: bytes, url: str) -> Answer:
    base = "/".join(url.split("/", 3)[:3])
    context = Context("m", "html", "XX", "m:file", url, base, datetime(2026, 1, 1, tzinfo=UTC))
    found = next(iter(html.extract(document, context)))
    if isinstance(found, Offer):
        return {"price": found.price, "availability": STATES.get(found.availability), "sku": found.sku, "sure": found.confidence}
    known = found.known or {}
    return {"price": None, "availability": STATES.get(known.get("availability", "")), "sku": known.get("sku"), "sure": 0.0}


def peer(document: bytes, url: str) -> Answer:
    """The first schema.org Product of JSON-LD or microdata, else Open Graph's price: what the field does with extruct."""
    found = extruct.extract(document, base_url=url, syntaxes=["json-ld", "microdata", "opengraph"], uniform=True)
    nodes = [*found["json-ld"], *found["microdata"]]
    product: Answer = next((node for node in nodes if node.get("@type") == "Product"), {})
    offers = product.get("offers") or {}
    offer = offers[0] if isinstance(offers, list) and offers else offers
    offer = offer if isinstance(offer, dict) else {}
    stated = offer.get("price") or offer.get("lowPrice")
    metas = found["opengraph"][0] if found["opengraph"] else {}
    stated = stated or metas.get("product:price:amount") or metas.get("og:price:amount")
    state = str(offer.get("availability") or "").rsplit("/", 1)[-1] or None
    return {"price": Price.fromstring(str(stated)).amount if stated else None, "availability": state, "sku": product.get("sku")}


def main(data: Path) -> None:
    truth = json.loads((data / "truth.json").read_text())
    pages = {name: gzip.decompress((data / name).read_bytes()) for name, said in truth.items()
             if said.get("kind") == "human" and name.startswith(SOURCES)}
    for name, system in (("dealhouse", ours), ("extruct + price-parser", peer)):
        started = time.process_time()
        answers = {page: system(document, truth[page]["url"]) for page, document in pages.items()}
        spent = time.process_time() - started
        for line in accuracy(truth, answers):
            print(json.dumps({"system": name} | line))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(json.dumps({"system": name, "pages_per_cpu_second": round(len(pages) / spent, 1), "peak_mb_so_far": memory}))
        if name == "dealhouse":
            print(json.dumps({"system": name} | sure(truth, answers)))
    print(json.dumps(rates(pages, truth)))
    print(json.dumps(beside_bare_parse(pages, truth)))


def accuracy(truth: Mapping[str, Any], answers: Mapping[str, Answer]) -> Iterable[dict[str, Any]]:
    for source in SOURCES:
        names = [name for name in answers if name.startswith(source + "/")]
        for field, convert in FIELDS if source == "peb" else FIELDS[:1]:
            rows = [(truth[name].get(field) or [], answers[name].get(field)) for name in names]
            yield {"source": source, "field": field, "pages": len(names)} | score(rows, convert)
        if source == "peb":
            rows = [([s for s in truth[name]["availability"] if s == "OutOfStock"],
                     "OutOfStock" if answers[name].get("availability") == "OutOfStock" else None) for name in names]
            yield {"source": source, "field": "OutOfStock", "pages": len(names)} | score(rows, str)


def as_decimal(value: Any) -> Decimal | None:  # noqa: ANN401
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


FIELDS: tuple[tuple[str, Callable[[Any], Any]], ...] = (("price", as_decimal), ("availability", str), ("sku", str))


def score(rows: Iterable[tuple[list[Any], Any]], convert: Callable[[Any], Any]) -> dict[str, float]:
    """Precision, recall and F1 over (accepted values, answer or None)."""
    right = wrong = missed = 0
    for accepted, value in rows:
        answer = convert(value) if value not in (None, "") else None
        if answer is not None and answer in {convert(one) for one in accepted}:
            right += 1
        else:
            wrong += answer is not None
            missed += bool(accepted)
    precision = right / (right + wrong) if right + wrong else 0.0
    recall = right / (right + missed) if right + missed else 0.0
    both = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"f1": round(both, 3), "precision": round(precision, 3), "recall": round(recall, 3)}


def sure(truth: Mapping[str, Any], answers: Mapping[str, Answer]) -> dict[str, Any]:
    """Precision of the price on records of high confidence, and how many pages have one."""
    high = [name for name, answer in answers.items() if answer["sure"] >= HIGH]
    right = sum(answers[name]["price"] in map(as_decimal, truth[name]["price"]) for name in high)
    return {"confidence_from": HIGH, "precision": round(right / len(high), 3), "coverage": round(len(high) / len(answers), 3)}


def rates(pages: Mapping[str, bytes], truth: Mapping[str, Any]) -> dict[str, float]:
    """Pages per CPU second once warm, ours over the peer's, in turns so that the machine's moods fall on both."""
    spent = {ours: 0.0, peer: 0.0}
    for name, document in pages.items():
        for system in spent:
            started = time.process_time()
            system(document, truth[name]["url"])
            spent[system] += time.process_time() - started
    warm = {system: len(pages) / seconds for system, seconds in spent.items()}
    ratio = round(warm[ours] / warm[peer], 2)
    return {"warm_pages_per_cpu_second": round(warm[ours], 1), "peer": round(warm[peer], 1), "ratio": ratio}


def beside_bare_parse(pages: Mapping[str, bytes], truth: Mapping[str, Any], rounds: int = 5) -> dict[str, float]:
    """Pages per CPU second, ours over selectolax's parse alone: turn by turn, of each page the best round."""
    bare, whole = dict.fromkeys(pages, float("inf")), dict.fromkeys(pages, float("inf"))
    for _ in range(rounds):
        for name, document in pages.items():
            started = time.process_time()
            LexborHTMLParser(document)
            parsed = time.process_time()
            ours(document, truth[name]["url"])
            bare[name] = min(bare[name], parsed - started)
            whole[name] = min(whole[name], time.process_time() - parsed)
    rate, parse = len(pages) / sum(whole.values()), len(pages) / sum(bare.values())
    return {"best_pages_per_cpu_second": round(rate, 1), "bare_parse": round(parse, 1), "ratio": round(rate / parse, 3)}


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2] / "shared" / "data" / "pages")
