"""Runs dbt layer by layer and keeps what it reports in ops.dbt_results."""

import json
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import make_url, text

from dealhouse import dbt_versions
from dealhouse.commands import stream
from dealhouse.database import transaction
from dealhouse.errors import CommandRefusedError, SubprocessError
from dealhouse.settings import PROJECT, settings

log = logging.getLogger(__name__)

DBT = Path(sys.executable).with_name("dbt")
UPGRADE = {"DEALHOUSE_UPGRADE": "1"}  # each layer knows of it by itself: none has to make the others start over
TRANSIENT_SIGNS = ("could not connect", "connection", "deadlock detected", "lock timeout", "server closed")

INSERT = text(
    "insert into ops.dbt_results (invocation_id, as_of, layer, node, resource_type, status, seconds, rows_affected, message, "
    "finished_at) values (:invocation_id, :as_of, :layer, :node, :resource_type, :status, :seconds, :rows_affected, :message, "
    "cast(:finished_at as timestamptz)) on conflict do nothing"
)


def target_path() -> Path:
    """Where dbt leaves its manifest and results."""
    return settings().home / "dbt" / "target"


def environment(as_of: datetime | None = None) -> dict[str, str]:
    """What dbt/profiles.yml reads, taken from DATABASE_URL, and the instant that the build is for.

    as_of travels by environment: another `--vars` would make dbt parse the whole project again (13 s of CPU against 6).
    """
    url = make_url(settings().sqlalchemy_url)
    return {
        "DBT_HOST": url.host or "127.0.0.1", "DBT_PORT": str(url.port or 5432), "DBT_USER": url.username or "postgres",
        "DBT_PASSWORD": str(url.password or ""), "DBT_DBNAME": url.database or "dealhouse",
        "DBT_PROJECT_DIR": str(PROJECT / "dbt"), "DBT_PROFILES_DIR": str(PROJECT / "dbt"),
        "DBT_TARGET_PATH": str(target_path()), "DBT_LOG_PATH": str(settings().home / "dbt" / "logs"),
        "DO_NOT_TRACK": "1", **({"DEALHOUSE_AS_OF": as_of.isoformat()} if as_of else {}),
    }


def variables() -> str:
    """The `--vars` of every run, as JSON: always the same, so that partial parsing holds."""
    return json.dumps({
        "reporting_currency": settings().reporting_currency, "shop_timezone": settings().shop_timezone,
        "shop_id": settings().shop_id,
    })


def build(selector: str, as_of: datetime, *, full_refresh: bool = False) -> dict[str, int]:
    """`dbt build --selector <selector>` for a key; returns counts of nodes by status, and rows.

    full_refresh: make every table of the selection anew; the incremental models that follow start over at their next build. So is
    a layer that another version of the models built; the others know by themselves that they were, too.
    Raises CommandRefusedError when a model or test fails, SubprocessError when the database was not to be reached.
    """
    version = dbt_versions.version(PROJECT / "dbt", variables())
    is_upgrade = not full_refresh and dbt_versions.is_another(selector, version)
    if is_upgrade:
        log.info("another version of the models built %s: it is made anew", selector)
    # buildable: a test runs with the last of its parents, never before they are all built
    command = ["build", "--selector", selector, "--indirect-selection", "buildable", "--vars", variables()]
    command += ["--full-refresh"] if full_refresh or is_upgrade else []
    results = target_path() / "run_results.json"
    results.unlink(missing_ok=True)
    finished = stream([str(DBT), "--no-use-colors", *command], environment(as_of) | (UPGRADE if is_upgrade else {}))
    nodes = json.loads(results.read_text())["results"] if results.exists() else []
    if nodes:
        _keep(results, selector, as_of)
    if finished.exit_code:
        raise _failure(" ".join(command), finished.exit_code, nodes, "\n".join(finished.tail))
    dbt_versions.note(selector, version)
    return _counts(nodes)


def _failure(command: str, exit_code: int, nodes: list[dict[str, Any]], tail: str) -> CommandRefusedError | SubprocessError:
    faults = [f"{node['unique_id']}: {node['message']}" for node in nodes if node["status"] in ("error", "fail")]
    words = "\n".join(faults) or tail
    if not faults or any(sign in words.lower() for sign in TRANSIENT_SIGNS):
        return SubprocessError(f"dbt {command}", exit_code, words)
    return CommandRefusedError(f"dbt {command}", words)


def _counts(nodes: list[dict[str, Any]]) -> dict[str, int]:
    models = [node for node in nodes if node["unique_id"].startswith("model.")]
    rows = sum(max(int(node.get("adapter_response", {}).get("rows_affected") or 0), 0) for node in models)
    warned = sum(node["status"] == "warn" for node in nodes)
    return {"nodes": len(nodes), "models": len(models), "warnings": warned, "rows": rows}


def _keep(results: Path, layer: str, as_of: datetime) -> None:
    report = json.loads(results.read_text())
    invocation = report["metadata"]["invocation_id"]
    finished_at = report["metadata"]["generated_at"]
    rows = [
        {
            "invocation_id": invocation, "as_of": as_of, "layer": layer, "node": node["unique_id"],
            "resource_type": node["unique_id"].split(".")[0], "status": node["status"], "seconds": node["execution_time"],
            "rows_affected": node.get("adapter_response", {}).get("rows_affected"), "message": node.get("message"),
            "finished_at": finished_at,
        }
        for node in report["results"]
    ]
    with transaction("transformer") as connection:
        connection.execute(INSERT, rows)


def write_docs() -> None:
    """Write the dbt docs site beside the manifest. Raises SubprocessError with dbt's last words."""
    as_of = datetime(2000, 1, 1, tzinfo=UTC)  # docs show no data, but the models cannot be compiled without an instant
    command = ["docs", "generate", "--vars", variables()]
    finished = stream([str(DBT), "--no-use-colors", *command], environment(as_of))
    if finished.exit_code:
        raise SubprocessError("dbt docs generate", finished.exit_code, "\n".join(finished.tail))
