import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dealhouse.scraping", *arguments],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_document_is_read_aloud(tmp_path: Path) -> None:
    path = tmp_path / "page.json"
    path.write_text(
        '{"products":[{"id":1,"title":"Lamp","handle":"l","variants":[{"id":2,"price":"5.00"},{"id":3,"price":"0"}]}]}'
    )
    done = run("extract", str(path), "--url", "https://acme.example/products.json", "--format", "shopify", "--currency", "EUR")
    (offer,), (reject,) = ([json.loads(line) for line in told.splitlines()] for told in (done.stdout, done.stderr))
    assert (offer["url"], offer["price"]) == ("https://acme.example/products/l?variant=2", "5.00")
    assert reject["reason"] == "invalid_price"


def test_a_negative_price_is_a_text() -> None:
    assert json.loads(run("price", "-5,00€").stdout) == {"amount": "-5.00", "currency": "EUR"}


@pytest.mark.usefixtures("warehouse")
def test_the_registry_is_imported_and_crawled(tmp_path: Path) -> None:
    path = tmp_path / "registry.yml"
    entry = {
        "merchant_id": "dead",
        "name": "Dead",
        "platform": "jsonld",
        "base_url": "http://127.0.0.1:1",
        "country": "DE",
        "is_local": True,
    }
    path.write_text(yaml.safe_dump({"merchants": [entry]}))
    assert json.loads(run("merchants", "import", str(path), "--as-of", "2026-05-05T10:15:00").stdout) == {"imported": 1}
    assert json.loads(run("merchants", "list").stdout)["merchant_id"] == "dead"
    done = run("crawl", "--as-of", "2026-05-05T10:15:00", "--load")
    assert done.returncode == 2
    assert "FailureBudgetError: 1 of 1 merchants failed" in done.stderr
    told = json.loads(done.stdout)
    assert (told["crawls"][0]["status"], told["loads"][0]["received"]) == ("failed", 0)


@pytest.mark.usefixtures("warehouse")
def test_bad_input_is_exit_2() -> None:
    assert run("merchants", "import", "nothing.yml").returncode == 2
    assert run("crawl", "--merchant", "nobody", "--as-of", "2026-05-05T10:15:00").returncode == 2
    assert run("crawl", "--as-of", "soon").returncode == 2
