"""A table against its own last runs: as many rows, columns as full, means as high.

What is usual is the median of the last runs, and how far they scatter the median of their distances from it (MAD, times 1.4826:
the standard deviation of a normal distribution; Rousseeuw and Croux 1993): one bad run among them moves neither. What is out of
the usual warns; what has collapsed blocks, once the history is long enough. The history is what earlier findings observed.
"""

import math
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, text

from expectations.report import Finding, Severity

HISTORY = 20  # runs that make up what is usual
LEAST_TO_WARN, LEAST_TO_BLOCK = 5, 10
LEAST_ROWS = 20  # fewer say nothing of shares and means
MAD_TO_SIGMA = 1.4826
WARN_SIGMAS, BLOCK_SIGMAS = 4.0, 8.0
WARN_ROWS, BLOCK_ROWS = 0.5, 0.1  # beyond half of the usual rows more or less; below a tenth of them
WARN_NULLS, BLOCK_NULLS = 0.1, 0.5  # so much more of a column is null
WARN_MEAN, BLOCK_MEAN = 0.5, 10.0  # a mean moved by half; is ten times what it was, or a tenth
NUMBERS = {20, 21, 23, 700, 701, 1700}  # pg_type's oids of integers, floats and numeric
COUNTERS = {"row_no", "line_no", "version", "prank"}  # their means say how many rows there are
# a model that goes live, or rules that take its place, have a scale of their own: that is told, and blocks nothing
OF_MODELS = {"score", "confidence", "probability", "click_probability", "q05", "q50", "q95"}
VOLUME, NULLS, MEANS = "as many rows as in its last runs", "columns as full as in its last runs", "means as in its last runs"

# the newest first; what was measured stands in the findings that warn
PAST = text("""
    select past.* from unnest(cast(:suites as text[])) as wanted (suite) cross join lateral (
        select suite, as_of, expectation, observed from ops.quality_results
        where border = :border and suite = wanted.suite and as_of < :as_of and severity = 'warn' and expectation = any(:aspects)
        order by as_of desc limit :most
    ) as past
""")
FORGET = text("delete from ops.quality_results where border = :border and suite = :suite and expectation = any(:aspects)")


@dataclass
class Measure:
    """rows; the share of nulls and the mean by column."""

    rows: int
    nulls: Mapping[str, float] = field(default_factory=dict)
    means: Mapping[str, float] = field(default_factory=dict)


def measure(connection: Connection, query: str) -> Measure:
    """Count what a query gives, in one pass. Values that are no finite number have no part in a mean."""
    described = connection.execute(text(f"select * from ({query}) as rows limit 0")).cursor.description  # noqa: S608
    names = [column[0] for column in described]
    numeric = [column[0] for column in described if column[1] in NUMBERS and column[0] not in COUNTERS]
    nulls = [f'count("{name}")' for name in names]
    means = [f'avg("{name}"::float8) filter (where "{name}"::float8 between -1e300 and 1e300)' for name in numeric]
    found = connection.execute(text(f"select count(*), {', '.join([*nulls, *means])} from ({query}) as rows")).one()  # noqa: S608
    rows, counts, averages = found[0], found[1 : len(names) + 1], found[len(names) + 1 :]
    return Measure(
        rows, {name: round(1 - count / rows, 6) for name, count in zip(names, counts, strict=True)} if rows else {},
        {name: float(f"{mean:.6g}") for name, mean in zip(numeric, averages, strict=True) if mean is not None},
    )


def read_past(
    connection: Connection, border: Literal["raw", "publish"], suites: Sequence[str], as_of: datetime
) -> dict[str, list[Measure]]:
    """What the last runs before `as_of` measured, by suite, the newest first."""
    asked = {"border": border, "suites": list(suites), "as_of": as_of, "aspects": [VOLUME, NULLS, MEANS], "most": 3 * HISTORY}
    found: dict[str, dict[datetime, Measure]] = {}
    for row in connection.execute(PAST, asked):
        past = found.setdefault(row.suite, {}).setdefault(row.as_of, Measure(0))
        past.rows = row.observed.get("rows", past.rows)
        past.nulls = row.observed.get("shares", past.nulls)
        past.means = row.observed.get("means", past.means)
    return {suite: list(runs.values())[:HISTORY] for suite, runs in found.items()}


def forget(connection: Connection, border: str, suite: str) -> int:
    """Begin a table's history anew: what is usual changed for good. How many findings went."""
    return connection.execute(FORGET, {"border": border, "suite": suite, "aspects": [VOLUME, NULLS, MEANS]}).rowcount


def compare(suite: str, now: Measure, past: Sequence[Measure]) -> list[Finding]:
    """What was measured, each aspect at both levels; while the past is too short, or its tables too small, all of it passes."""
    if not now.rows:
        return [*_volume(suite, now, past)]
    return [*_volume(suite, now, past), *_nulls(suite, now, past), *_means(suite, now, past)]


def _volume(suite: str, now: Measure, past: Sequence[Measure]) -> Iterator[Finding]:
    usual, sigma = _usual([run.rows for run in past])
    slack = max(WARN_SIGMAS * sigma, WARN_ROWS * usual, LEAST_ROWS / 2)
    is_odd = len(past) >= LEAST_TO_WARN and usual > 0 and abs(now.rows - usual) > slack
    lowest = min(usual - BLOCK_SIGMAS * sigma, BLOCK_ROWS * usual)
    is_lost = len(past) >= LEAST_TO_BLOCK and usual >= LEAST_ROWS and now.rows < lowest
    seen, known = {"rows": now.rows}, {"usual": usual, "runs": len(past)}
    bounds = {"at_least": max(0.0, usual - slack), "at_most": usual + slack}
    yield Finding(suite, VOLUME, "warn", not is_odd, seen, known | (bounds if len(past) >= LEAST_TO_WARN else {}))
    yield Finding(suite, VOLUME, "block", not is_lost, seen, known | {"at_least": max(0.0, lowest)})


def _nulls(suite: str, now: Measure, past: Sequence[Measure]) -> Iterator[Finding]:
    odd: dict[Severity, list[str]] = {"warn": [], "block": []}
    for name, share in now.nulls.items():
        values = [run.nulls[name] for run in past if name in run.nulls and run.rows >= LEAST_ROWS]
        usual, sigma = _usual(values)
        likely = min(max(usual, 0.05), 0.95)
        chance = math.sqrt(likely * (1 - likely) / max(now.rows, 1))
        more, told = share - usual, f"{name}: {share:.0%} null, usually {usual:.0%}"
        if _is_enough(now, values, LEAST_TO_WARN) and more > max(WARN_SIGMAS * sigma, WARN_NULLS, WARN_SIGMAS * chance):
            odd["warn"].append(told)
        if _may_block(name, now, values) and more > max(BLOCK_SIGMAS * sigma, BLOCK_NULLS):
            odd["block"].append(told)
    yield from _both(suite, NULLS, {"shares": now.nulls}, odd, past)


def _means(suite: str, now: Measure, past: Sequence[Measure]) -> Iterator[Finding]:
    odd: dict[Severity, list[str]] = {"warn": [], "block": []}
    for name, mean in now.means.items():
        values = [run.means[name] for run in past if name in run.means and run.rows >= LEAST_ROWS]
        usual, sigma = _usual(values)
        moved, told = abs(mean - usual), f"{name}: {mean:g}, usually {usual:g}"
        if _is_enough(now, values, LEAST_TO_WARN) and moved > max(WARN_SIGMAS * sigma, WARN_MEAN * abs(usual)):
            odd["warn"].append(told)
        is_other = not abs(usual) / BLOCK_MEAN <= abs(mean) <= abs(usual) * BLOCK_MEAN
        if _may_block(name, now, values) and usual and is_other and moved > BLOCK_SIGMAS * sigma:
            odd["block"].append(told)
    yield from _both(suite, MEANS, {"means": now.means}, odd, past)


def _both(
    suite: str, aspect: str, measured: Mapping[str, Any], odd: Mapping[Severity, Sequence[str]], past: Sequence[Measure]
) -> Iterator[Finding]:
    known = {"runs": len(past)}
    for severity, outside in odd.items():
        seen = {"outside": list(outside)} if outside else {}
        yield Finding(suite, aspect, severity, not outside, {**measured, **seen} if severity == "warn" else seen, known)


def _may_block(name: str, now: Measure, values: Sequence[float]) -> bool:
    return name not in OF_MODELS and _is_enough(now, values, LEAST_TO_BLOCK)


def _is_enough(now: Measure, values: Sequence[float], least: int) -> bool:
    return now.rows >= LEAST_ROWS and len(values) >= least


def _usual(values: Iterable[float]) -> tuple[float, float]:
    """Median, and robust standard deviation around it; nothing is usual of nothing."""
    known = list(values)
    if not known:
        return 0.0, 0.0
    median = statistics.median(known)
    return float(median), MAD_TO_SIGMA * statistics.median(abs(value - median) for value in known)
