"""The crawl without a database: a registry file and a folder; and a crawl that is killed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from dealhouse.errors import BadInputError, FailureBudgetError
from dealhouse.landing.batch import open_batch
from dealhouse.scraping import pace
from dealhouse.scraping.__main__ import parser
from dealhouse.scraping.registry import Merchant
from stack.database import PROJECT

Make = Callable[..., Merchant]
Site = Any
PAGES = 12


def registry(folder: Path, *merchants: Merchant) -> Path:
    path = folder / "registry.yml"
    path.write_text(yaml.safe_dump({"merchants": [json.loads(one.model_dump_json()) for one in merchants]}))
    return path


def start(*arguments: str | Path) -> subprocess.Popen[str]:
    """Without a database to reach."""
    environment = {**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "PYTHONPATH": str(PROJECT / "plugins")}
    command = [sys.executable, "-m", "dealhouse.scraping", "crawl", *map(str, arguments)]
    return subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def crawl(*arguments: str | Path) -> tuple[int, dict[str, Any], str]:
    """(exit code, the one line, what was said on standard error)."""
    with start(*arguments) as process:
        told, said = process.communicate(timeout=60)
    return process.returncode, json.loads(told) if told else {}, said


def shop(site: Site) -> None:
    paths = [f"/p{number}" for number in range(PAGES)]
    entries = "".join(f"<url><loc>{site.url}{path}</loc></url>" for path in paths)
    site.put("/sitemap.xml", (200, {"ETag": '"s"'}, f"<urlset>{entries}</urlset>".encode()))
    for path in paths:
        offer = {"@type": "Offer", "price": "5", "priceCurrency": "EUR"}
        product = {"@context": "https://schema.org", "@type": "Product", "name": f"Lamp {path}", "sku": path, "offers": offer}
        markup = f'<script type="application/ld+json">{json.dumps(product)}</script>{"<p>word</p>" * 500}'
        site.put(path, (200, {"ETag": f'"{path}"'}, markup.encode()))


def test_a_registry_file_is_crawled_into_a_folder_and_the_second_time_nearly_nothing_is_fetched(
    site: Site, merchant: Make, tmp_path: Path
) -> None:
    shop(site)
    file = registry(tmp_path, merchant(platform="html"), merchant(merchant_id="paused", enabled=False))
    code, first, _ = crawl(file, "--out", tmp_path / "out", "--as-of", "2026-05-05T10:15:00")
    (one,) = first["crawls"]
    assert (code, one["status"], one["records"], one["documents"]) == (0, "complete", PAGES, PAGES)
    assert open_batch(one["batch_uri"]).manifest.rows == PAGES
    for path in [f"/p{number}" for number in range(PAGES)]:
        site.put(path, (304, {}, b""))
    site.put("/sitemap.xml", (304, {}, b""))
    code, second, _ = crawl(file, "--out", tmp_path / "out", "--as-of", "2026-05-05T11:15:00")
    (two,) = second["crawls"]
    assert (code, two["status"], two["records"], two["unchanged"]) == (0, "complete", 0, PAGES)
    assert two["bytes"] <= 0.05 * one["bytes"]


def test_a_killed_crawl_goes_on_and_asks_again_for_what_was_in_flight_at_most(
    site: Site, merchant: Make, tmp_path: Path
) -> None:
    shop(site)
    file = registry(tmp_path, merchant(platform="html", spacing_seconds=0.1))
    arguments = (file, "--out", tmp_path / "out", "--as-of", "2026-05-05T10:15:00")
    with start(*arguments) as process:
        deadline = time.monotonic() + 30
        while len(site.paths()) < PAGES // 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    before = [path for path in site.paths() if path.startswith("/p")]
    code, told, _ = crawl(*arguments)
    pages = [path for path in site.paths() if path.startswith("/p")]
    assert (code, told["crawls"][0]["status"], told["crawls"][0]["records"]) == (0, "complete", PAGES)
    assert 2 <= len(before) < PAGES
    assert len(pages) - len(set(pages)) <= 2
    skus = [json.loads(row.line)["sku"] for row in open_batch(told["crawls"][0]["batch_uri"]).rows("records")]
    assert skus == [f"/p{number}" for number in range(PAGES)]
    assert list((tmp_path / "out" / "state" / "spool").iterdir()) == []


def here(*arguments: str | Path) -> None:
    """In this process."""
    options = parser().parse_args(["crawl", *map(str, arguments)])
    options.run(options)


@pytest.mark.parametrize("arguments", [["registry.yml"], ["--out", "x"], ["none.yml", "--out", "x"]])
def test_what_does_not_go_together_is_refused(arguments: list[str], tmp_path: Path) -> None:
    with pytest.raises(BadInputError):
        here(*(tmp_path / each if each == "x" else each for each in arguments))


def test_too_many_failures_are_told_after_the_report(
    merchant: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "FIRST_WAIT", 0.01)
    dead = merchant(merchant_id="dead", base_url="http://127.0.0.1:1")
    with pytest.raises(FailureBudgetError):
        here(registry(tmp_path, dead), "--out", tmp_path / "out", "--merchant", "dead")
    assert json.loads(capsys.readouterr().out)["crawls"][0]["status"] == "failed"
