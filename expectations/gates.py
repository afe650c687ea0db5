"""The two gates: GX checkpoints over what was loaded for a key, and over exactly the rows that a flip would publish."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import great_expectations as gx
from great_expectations.datasource.fluent.postgres_datasource import PostgresDatasource
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.metadata_types import FailureSeverity
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import NullPool

from expectations import history, results
from expectations.checks import SEVERITIES
from expectations.errors import UnguardedDatasetError
from expectations.report import Finding, Report
from expectations.suites import PUBLISH, RAW, RawSuite
from expectations.surroundings import Surroundings, look_around

OPTIONS = "-c role=auditor -c timezone=UTC"
PERSONAL = ("customer_key", "email_hash")  # what stands there by mistake may be a name, and analysts read the results
SEEN = {"result_format": "SUMMARY", "partial_unexpected_count": 5}


@dataclass(frozen=True)
class Audit:
    """A suite's name, the query that gives the rows it is held against, and what it expects of them."""

    suite: str
    query: str
    expectations: list[Expectation]


def check_raw(database_url: str, as_of: datetime, source: str | None = None) -> Report:
    """Hold what was loaded for `as_of` (by one `source`, or by all) against the suites of raw.

    Every finding is written to ops.quality_results; a table for which nothing was loaded has none.
    """
    with session(database_url) as engine:
        audits = [raw_audit(suite, as_of) for name in ([source] if source else RAW) for suite in RAW[name]]
        with engine.begin() as connection:
            found, measured = _against_history(connection, "raw", as_of, audits)
        report = Report((*run(engine, [audit for audit in audits if measured[audit.suite]]).findings, *found))
        with engine.begin() as connection:
            results.record(connection, "raw", as_of, report)
    return report


def _against_history(
    connection: Connection, border: Literal["raw", "publish"], as_of: datetime, audits: Sequence[Audit]
) -> tuple[list[Finding], dict[str, int]]:
    """How the audits' rows compare to their last runs, and how many there are; of what never had rows nothing is said."""
    past = history.read_past(connection, border, [audit.suite for audit in audits], as_of)
    measures = {audit.suite: history.measure(connection, audit.query) for audit in audits}
    findings = [
        finding for suite, now in measures.items() if now.rows or suite in past
        for finding in history.compare(suite, now, past.get(suite, []))
    ]
    return findings, {suite: now.rows for suite, now in measures.items()}


def check_release(database_url: str, release_id: str) -> Report:
    """Hold a built release's own tables against the suites of publish, and write the verdict on each dataset for the flip.

    Raises UnknownReleaseError when there is no such release, UnguardedDatasetError when a dataset of it has no suite.
    """
    with session(database_url) as engine:
        with engine.begin() as connection:
            release = results.read_release(connection, release_id)
            audits = release_audits(release.tables, look_around(connection))
            found, _ = _against_history(connection, "publish", release.as_of, audits)
        report = Report((*run(engine, audits).findings, *found))
        with engine.begin() as connection:
            results.record(connection, "publish", release.as_of, report)
            results.record_verdicts(connection, release, report)
    return report


def release_audits(tables: Mapping[str, str], around: Surroundings) -> list[Audit]:
    """What is to be held for a release's tables, by dataset. Raises UnguardedDatasetError."""
    return [_release_audit(name, table, around) for name, table in tables.items()]


@contextmanager
def session(database_url: str) -> Iterator[Engine]:
    # SQLAlchemy 2.1's plain scheme means psycopg 3: the driver is named
    url = database_url.replace("postgresql://", "postgresql+psycopg2://", 1)
    engine = create_engine(url, connect_args={"options": OPTIONS}, poolclass=NullPool)
    try:
        yield engine
    finally:
        engine.dispose()


def raw_audit(suite: RawSuite, as_of: datetime) -> Audit:
    """What is to be held for what was loaded into a table for a key."""
    rows = f"select * from raw.{suite.table} where loaded_at = timestamptz '{as_of.isoformat()}' and {suite.rows}"  # noqa: S608
    return Audit(suite.name, rows, suite.expectations())


def _release_audit(dataset: str, table: str, around: Surroundings) -> Audit:
    if dataset not in PUBLISH:
        raise UnguardedDatasetError(f"no suite guards {dataset}: write expectations/suites/{dataset}.py")
    return Audit(dataset, f"select * from publish.{table}", PUBLISH[dataset](around))  # noqa: S608 (from the ledger)


def run(engine: Engine, audits: Sequence[Audit], site: Path | None = None) -> Report:
    """One checkpoint over all audits, in an ephemeral context with a connection of its own. site: where its data docs go."""
    if not audits:
        return Report(())
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
    _move_docs(context, site)
    house = context.data_sources.add_postgres(  # type: ignore[call-arg]  # its stub lacks kwargs
        "house", connection_string=engine.url.render_as_string(hide_password=False), create_temp_table=False,
        kwargs={"connect_args": {"options": OPTIONS}, "pool_size": 1},
    )
    try:
        definitions = [context.validation_definitions.add(_definition(context, house, audit)) for audit in audits]
        # pages show every example, whatever column it stands in: they get none
        seen = SEEN | ({"partial_unexpected_count": 0} if site else {})
        checkpoint = gx.Checkpoint(name="border", validation_definitions=definitions, result_format=seen)
        outcome = context.checkpoints.add(checkpoint).run()
        if site is not None:
            context.build_data_docs()
    finally:
        house.get_engine().dispose()
    return Report(tuple(
        _finding(suite.suite_name, result) for suite in outcome.run_results.values() for result in suite.results
    ))


def _move_docs(context: Any, site: Path | None) -> None:  # noqa: ANN401
    """An ephemeral context makes a folder for docs each time and leaves it behind: it gets ours, or none."""
    for name, config in dict(context.config.data_docs_sites or {}).items():
        shutil.rmtree(config["store_backend"]["base_directory"], ignore_errors=True)
        context.delete_data_docs_site(name)
    if site is not None:
        backend = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(site)}
        context.add_data_docs_site("quality", {
            "class_name": "SiteBuilder", "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            "show_how_to_buttons": False, "store_backend": backend,
        })


def _definition(context: Any, house: PostgresDatasource, audit: Audit) -> Any:  # noqa: ANN401 (GX is not typed here)
    batch = house.add_query_asset(audit.suite, query=audit.query).add_batch_definition_whole_table("rows")
    suite = context.suites.add(gx.ExpectationSuite(name=audit.suite, expectations=audit.expectations))
    return gx.ValidationDefinition(name=audit.suite, data=batch, suite=suite)


def _finding(suite: str, result: Any) -> Finding:  # noqa: ANN401
    config = result.expectation_config
    severity = SEVERITIES[FailureSeverity(config.severity)]
    return Finding(suite, _label(config), severity, bool(result.success), _observed(result), _expected(config))


def _expected(config: Any) -> dict[str, Any]:  # noqa: ANN401
    """What the expectation asks, as GX was told."""
    return {"type": config.type} | {key: value for key, value in config.kwargs.items() if key != "batch_id"}


def _label(config: Any) -> str:  # noqa: ANN401
    """What was expected, in words if the suite gave any: `column_values_to_be_between column=price, min_value=0`."""
    if config.description:
        return str(config.description)
    arguments = {key: value for key, value in config.kwargs.items() if key != "batch_id"}
    return f"{config.type.removeprefix('expect_')} " + ", ".join(f"{key}={value}" for key, value in arguments.items())


def _observed(result: Any) -> dict[str, Any]:  # noqa: ANN401
    """GX's figures, and the error when an expectation could not be evaluated: a column that is absent, say."""
    seen = {
        key: result.result[key] for key in ("observed_value", "unexpected_count", "unexpected_percent", "element_count")
        if result.result.get(key) is not None
    }
    is_told = result.expectation_config.kwargs.get("column") not in PERSONAL
    examples = [str(value) for value in result.result.get("partial_unexpected_list", [])] if is_told else []
    raised = [] if result.success else _errors(result.exception_info or {})
    return seen | ({"examples": examples} if examples else {}) | ({"errors": raised} if raised else {})


def _errors(info: Any) -> list[str]:  # noqa: ANN401
    """Messages out of GX's exception info, which is one record or one a metric."""
    records = [info] if "raised_exception" in info else list(info.values())
    return [str(record["exception_message"])[:500] for record in records if record.get("raised_exception")]
