"""What the gates write: every finding, the verdict on each dataset of a release, an alert when something blocks."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Connection, text

from expectations.errors import UnknownReleaseError
from expectations.report import Report

INSERT = text("""
    insert into ops.quality_results (border, suite, expectation, as_of, passed, severity, observed, expected, checked_at)
    values (:border, :suite, :expectation, :as_of, :passed, :severity, cast(:observed as jsonb), cast(:expected as jsonb),
        :checked_at)
""")
FORGET = text("delete from ops.quality_results where border = :border and as_of = :as_of and suite = any(:suites)")
VERDICT = text("""
    insert into ops.gate_results (release_id, dataset, version, passed, failures, checked_at)
    values (:release_id, :dataset, :version, :passed, cast(:failures as jsonb), :checked_at)
    on conflict (release_id, dataset) do update set
        version = excluded.version, passed = excluded.passed, failures = excluded.failures, checked_at = excluded.checked_at
""")
ALERT = text("""
    insert into ops.alerts (raised_at, severity, room, as_of, message, detail)
    values (:raised_at, 'error', 'expectations', :as_of, :message, cast(:detail as jsonb))
""")


@dataclass(frozen=True)
class BuiltRelease:
    """A release as the gate needs it: its tables and versions by dataset."""

    release_id: str
    as_of: datetime
    tables: Mapping[str, str]
    versions: Mapping[str, int]


def read_release(connection: Connection, release_id: str) -> BuiltRelease:
    """Raises UnknownReleaseError when there is no such release, or it holds no table."""
    row = connection.execute(
        text("select as_of, datasets from publish.release where release_id = :release_id"), {"release_id": release_id}
    ).one_or_none()
    if row is None or not row.datasets:
        raise UnknownReleaseError(f"there is no release {release_id} with tables to look at")
    return BuiltRelease(
        release_id, row.as_of,
        {name: str(dataset["table"]) for name, dataset in row.datasets.items()},
        {name: int(dataset["version"]) for name, dataset in row.datasets.items()},
    )


def record(connection: Connection, border: Literal["raw", "publish"], as_of: datetime, report: Report) -> None:
    """Write the findings in the place of earlier ones of the same suites and `as_of`, and an alert when any of them blocks."""
    checked_at = datetime.now(UTC)  # wall time, for the operator; what was checked is told by as_of
    suites = sorted({finding.suite for finding in report.findings})
    connection.execute(FORGET, {"border": border, "as_of": as_of, "suites": suites})
    rows = [
        {
            "border": border, "suite": finding.suite, "expectation": finding.expectation, "as_of": as_of,
            "passed": finding.passed, "severity": finding.severity, "observed": json.dumps(dict(finding.observed), default=str),
            "expected": json.dumps(dict(finding.expected), default=str), "checked_at": checked_at,
        }
        for finding in report.findings
    ]
    if rows:
        connection.execute(INSERT, rows)
    if not report.passed:
        message = f"{len(report.failures)} expectations at the {border} border failed: {report.failures[0]}"
        detail = json.dumps({"failures": report.failures})
        connection.execute(ALERT, {"raised_at": checked_at, "as_of": as_of, "message": message[:4000], "detail": detail})


def record_verdicts(connection: Connection, release: BuiltRelease, report: Report) -> None:
    """One row a dataset of the release: without a passed one, the flip refuses."""
    checked_at = datetime.now(UTC)
    rows = [
        {
            "release_id": release.release_id, "dataset": dataset, "version": version,
            "passed": not report.failures_of(dataset), "failures": json.dumps(report.failures_of(dataset)),
            "checked_at": checked_at,
        }
        for dataset, version in release.versions.items()
    ]
    connection.execute(VERDICT, rows)
