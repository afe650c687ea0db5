"""What the API carries, on loopback: suggestions by key, search, and both while a release is built and an analyst asks.

    python benchmarks/serving.py [--scale 0.05] [--seconds 8] [--workers 2]

Scale 1 is a million deals, 100 thousand products of three offers and 200 thousand shoppers, published as every release is, on a
Postgres of its own; load generator, API and Postgres share the machine.

Prints JSON lines. `recommendations`: by shopper, token check, live prices and metrics on, at 16 connections (wanted: 2,500 a
second, p99 below 50 ms), with the CPU of API and Postgres for each request; `no_shelf`: the same, nothing kept in memory;
`naive`: the same rows by one join, returned as a list of dicts; `efficiency`: naive CPU by ours (wanted: 3). `search`: words of
titles, 28 % of them misspelt (wanted: p95 below 50 ms); `suggestions` (p95 below 10 ms). `publish`: recommendations while a
release of everything is built and flipped and an analyst's query of 60 s runs (no errors, p99 below 100 ms). `rollback`: seconds
until no answer is of the release that was rolled back, under load (below 1), and errors meanwhile.
"""

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import jwt
import psutil
import psycopg2

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT), str(PROJECT / "plugins")]
from benchmarks.serving_world import make_candidates, release, sizes  # noqa: E402
from benchmarks.warehouse import own_database  # noqa: E402

SECRET, CONNECTIONS, TYPOS = "a-secret-of-the-benchmark-with-more-than-64-bytes-so-that-no-library-complains", 16, 0.28
NAIVE = """
select item ->> 'product_id' as product_id, item ->> 'reason' as reason, product.title, product.brand, product.category,
    product.rating, offer.offer_id, offer.merchant_id, offer.merchant_name, offer.url,
    coalesce(live.price, offer.price)::text as price, offer.currency,
    coalesce(live.availability, offer.availability) as availability
from publish.recommendation as held
cross join lateral jsonb_array_elements(held.body -> 'items') as item
inner join publish.product as product on product.version = held.version and product.product_id = (item ->> 'product_id')::uuid
cross join lateral (
    select offers.* from publish.product_offer as offers
    left join publish.live_offer as now on offers.offer_id = now.offer_id
    where offers.version = held.version and offers.product_id = product.product_id
        and coalesce(now.availability, offers.availability) = 'in_stock'
    order by coalesce(now.price_reporting, offers.price_reporting) limit 1
) as offer
left join publish.live_offer as live on offer.offer_id = live.offer_id
where held.version = (select version from publish.current where dataset = 'recommendation') and held.customer_key = %s
"""


def naive_app() -> Any:  # noqa: ANN401
    """What one writes first: a list of dicts, returned."""
    import psycopg_pool
    from fastapi import FastAPI, Request
    from psycopg.rows import dict_row

    app = FastAPI()
    pool = psycopg_pool.AsyncConnectionPool(os.environ["DATABASE_URL"], min_size=8, max_size=8, open=False,
                                            kwargs={"row_factory": dict_row, "autocommit": True})

    @app.get("/v1/recommendations")
    async def recommendations(request: Request) -> list[dict[str, Any]]:
        if pool.closed:
            await pool.open()
        token = request.headers["authorization"].removeprefix("Bearer ")
        claims = jwt.decode(token, SECRET, algorithms=["HS256"], audience="dealhouse", issuer="house")
        async with pool.connection() as connection:
            cursor = await connection.execute(NAIVE, [claims["sub"]])
            rows: list[dict[str, Any]] = await cursor.fetchall()  # type: ignore[assignment]
            return rows

    return app


@contextmanager
def serving(url: str, app: str, workers: int, **settings: str) -> Iterator[tuple[int, psutil.Process]]:
    """The API as it is run in production, on a free port, with no limit on callers."""
    from tests.serving.published import free_port

    port = free_port()
    command = [sys.executable, "-m", "uvicorn", app, "--host", "127.0.0.1", "--port", str(port), "--workers", str(workers),
               "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning", "--app-dir", str(PROJECT)]
    environment = {**os.environ, "DATABASE_URL": url, "DEALHOUSE_TOKEN_SECRET": SECRET, "DEALHOUSE_API_LIMITS": "off", **settings}
    command += ["--factory"] if "naive" in app else []
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            _wait(port)
            yield port, psutil.Process(process.pid)
        finally:
            process.terminate()


def _wait(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/openapi.json", timeout=2).read()
            return
        time.sleep(0.1)
    sys.exit("the API did not start")


def request(path: str, token: str = "") -> str:
    bearer = f"Authorization: Bearer {token}\r\n" if token else ""
    return f"GET {path} HTTP/1.1\r\nHost: benchmark\r\n{bearer}\r\n"


def tokens(scale: float, count: int = 5_000) -> list[str]:
    """Requests of shoppers who are known, each with a token of its own."""
    import hashlib

    expires = int(time.time()) + 86_400
    keys = (hashlib.md5(f"c{n % sizes(scale)['customers']}".encode()).hexdigest() for n in range(count))  # noqa: S324
    return [
        request("/v1/recommendations", jwt.encode({"sub": key, "aud": "dealhouse", "iss": "house", "exp": expires}, SECRET))
        for key in keys
    ]


def searches(url: str, count: int = 3_000) -> list[str]:
    """One to three words of titles, some of them misspelt by one letter."""
    rng = random.Random(7)  # noqa: S311
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("select title from publish_candidate.deal order by md5(deal_id::text) limit %s", [count])
        titles = [title.split() for (title,) in cursor.fetchall()]
    return [request(f"/v1/deals?q={'+'.join(_misspelt(rng, rng.sample(words[:3], rng.randint(1, 3))))}") for words in titles]


def _misspelt(rng: random.Random, words: list[str]) -> list[str]:
    longest = max(words, key=len)
    if rng.random() >= TYPOS or len(longest) < 4:
        return words
    place = rng.randrange(1, len(longest) - 1)
    return [word if word != longest else word[:place] + word[place + 1:] for word in words]


def load(port: int, requests: list[str], seconds: float, connections: int = CONNECTIONS) -> dict[str, Any]:
    asked = json.dumps({"port": port, "requests": requests, "connections": connections, "seconds": seconds})
    done = subprocess.run([sys.executable, str(PROJECT / "benchmarks" / "serving_load.py")], input=asked, capture_output=True,
                          text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def cpu(roots: list[psutil.Process]) -> float:
    """Seconds of CPU that the processes and their children have had."""
    spent = 0.0
    for root in roots:
        for process in (root, *root.children(recursive=True)):
            with suppress(psutil.Error):
                times = process.cpu_times()
                spent += times.user + times.system
    return spent


def costly(port: int, roots: list[psutil.Process], requests: list[str], seconds: float) -> dict[str, Any]:
    """The outcome of a load, after a warm-up, and the CPU of API and Postgres for each request."""
    load(port, requests, 2)
    before = cpu(roots)
    outcome = load(port, requests, seconds)
    return outcome | {"cpu_us": round(1e6 * (cpu(roots) - before) / outcome["requests"])}


def suggestions(url: str, port: int, roots: list[psutil.Process], args: argparse.Namespace) -> Iterator[dict[str, Any]]:
    found = urllib.request.urlopen(f"http://127.0.0.1:{port}/openapi.json").read().decode()
    yield {"figure": "search", **costly(port, roots, searches(url), args.seconds), "wanted": {"p95_ms": 50}}
    if "/v1/suggestions" in found:
        prefixes = [request(f"/v1/suggestions?q={line.split('q=')[1].split()[0][:4]}") for line in searches(url, 500)]
        yield {"figure": "suggestions", **costly(port, roots, prefixes, args.seconds), "wanted": {"p95_ms": 10}}


def busy(url: str, port: int, requests: list[str]) -> Iterator[dict[str, Any]]:
    """Suggestions while everything is published again and an analyst asks for a minute; then a rollback."""
    from dealhouse.releasing.rollback import rollback

    took: dict[str, float] = {}

    def publish() -> None:
        began = time.monotonic()
        release()
        took["publish_seconds"] = round(time.monotonic() - began, 1)

    def ask() -> None:
        with psycopg2.connect(url, options="-c role=bi_reader -c statement_timeout=0") as analyst, analyst.cursor() as cursor:
            cursor.execute("select count(*), pg_sleep(60) from publish.current")

    threads = [threading.Thread(target=ask), threading.Thread(target=publish)]
    for thread in threads:
        thread.start()
    outcome = load(port, requests, 60)
    for thread in threads:
        thread.join()
    yield {"figure": "publish", **outcome, **took, "wanted": {"errors": 0, "p99_ms": 100}}
    answers: list[dict[str, Any]] = []
    loading = threading.Thread(target=lambda: answers.append(load(port, requests, 6)))
    loading.start()
    time.sleep(2)
    began = time.monotonic()
    rollback()
    seconds = asyncio.run(_until_all_say(port, live_version(url)))
    loading.join()
    yield {"figure": "rollback", "seconds": round(seconds - began, 3), **answers[0], "wanted": {"seconds": 1, "errors": 0}}


def live_version(url: str) -> int:
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("select version from publish.current where dataset = 'trending'")
        ((version,),) = cursor.fetchall()
        return int(version)


async def _until_all_say(port: int, version: int) -> float:
    """When twenty answers in a row, over any worker, are of a version."""
    in_a_row, first = 0, time.monotonic()
    while in_a_row < 20:
        answer = await asyncio.to_thread(urllib.request.urlopen, f"http://127.0.0.1:{port}/v1/trending")
        if int(answer.headers["x-data-version"]) == version:
            first, in_a_row = (time.monotonic() if not in_a_row else first), in_a_row + 1
        else:
            in_a_row = 0
    return first


def measure(args: argparse.Namespace) -> Iterator[dict[str, Any]]:
    with own_database() as (url, postmaster):
        make_candidates(url, args.scale)
        release()
        shoppers, postgres = tokens(args.scale), psutil.Process(postmaster)
        with serving(url, "serving.app:app", args.workers) as (port, api):
            ours = costly(port, [api, postgres], shoppers, args.seconds)
            yield {"figure": "recommendations", **ours, "wanted": {"rps": 2_500, "p99_ms": 50}}
            yield from suggestions(url, port, [api, postgres], args)
            yield from busy(url, port, shoppers)
        with serving(url, "serving.app:app", args.workers, DEALHOUSE_API_SHELF_SIZE="0") as (port, api):
            yield {"figure": "no_shelf", **costly(port, [api, postgres], shoppers, args.seconds)}
        with serving(url, "benchmarks.serving:naive_app", args.workers) as (port, api):
            naive = costly(port, [api, postgres], shoppers, args.seconds)
            yield {"figure": "naive", **naive}
        yield {"figure": "efficiency", "ratio": round(naive["cpu_us"] / ours["cpu_us"], 2), "wanted": 3}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=0.05)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    for figure in measure(args):
        print(json.dumps({"scale": args.scale, **figure}), flush=True)


if __name__ == "__main__":
    main()
