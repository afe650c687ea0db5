import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dealhouse.landing.batch import Batch

Ask = Callable[[str], list[tuple[Any, ...]]]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dealhouse.loading", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_batch_loads_and_the_last_line_says_what_happened(
    ask: Ask, land: Callable[..., Batch], offer: Callable[..., Any]
) -> None:
    batch = land(offer(), offer(price="0"))
    done = run("load", batch.uri, "--as-of", "2026-05-05T10:15:00")
    assert (done.returncode, json.loads(done.stdout)) == (0, {"received": 2, "loaded": 1, "rejected": 1, "batches": 1})
    again = run("rebuild", "--shuffle", "7")
    assert json.loads(again.stdout) == json.loads(done.stdout)
    assert ask("select count(*) from raw.offer_observations") == [(1,)]


def test_an_export_goes_to_the_database_that_is_named(house: str, ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
        "1,A,Lamp,2,2011-01-01 10:30:00,2.00,7,Germany\n"
    )
    done = run(
        "import-orders",
        str(path),
        "--mapping",
        "online_retail",
        "--database-url",
        house,
        DATABASE_URL="postgresql://127.0.0.1:1/elsewhere",
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["received"], told["loaded"], told["as_of"]) == (1, 1, "2011-01-01T11:00:00")
    assert ask("select country from raw.shop_orders") == [("DE",)]


def test_bad_input_is_one_line_and_exit_2(house: str, tmp_path: Path) -> None:
    for arguments in (
        ["import-offers", str(tmp_path)],
        ["load", str(tmp_path), "--as-of", "2026-05-05"],
        ["inbox", "--as-of", "soon"],
        ["pull", "nothing.yml", "--as-of", "2026-05-05"],
        ["import-orders", "nothing.csv", "--mapping", "nothing.yml"],
    ):
        done = run(*arguments)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
        assert done.stderr.startswith("BadInputError: ")


def test_an_unreachable_database_is_transient(house: str) -> None:
    done = run("rebuild", DATABASE_URL="postgresql://127.0.0.1:1/x")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_a_table_of_a_kind_is_imported_by_name(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "rates.csv"
    path.write_text("CURRENCY,TIME_PERIOD,OBS_VALUE\nUSD,2026-05-04,1.08\nUSD,2026-05-05,0\n")
    done = run("import", "fx_rates", str(path), "--mapping", "fx_rates", "--as-of", "2026-05-05T10:15:00")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["loaded"], told["faults"]) == (1, {"invalid_rate": "1 rows, the first rates.csv:3 column OBS_VALUE"})
    strict = run("import", "fx_rates", str(path), "--mapping", "fx_rates", "--as-of", "2026-05-06T10:15:00", "--strict")
    assert (strict.returncode, strict.stderr.strip()) == (2, "BadInputError: invalid rate (rates.csv:3 column OBS_VALUE)")
    assert ask("select quote, rate::text from raw.fx_rates") == [("USD", "1.08000000")]
