"""GX's data docs of the last loads and of the live release: a page a suite with what it expects and what was seen, and an index.

GX's pages ask five hosts on the net for their looks; ours ask none: what they would fetch is taken out, and a small sheet put in.
"""

import re
import shutil
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, text

from expectations import results
from expectations.gates import Audit, raw_audit, release_audits, run, session
from expectations.history import MEANS, NULLS, VOLUME, measure
from expectations.report import Report
from expectations.suites import RAW
from expectations.surroundings import look_around

Check = tuple[str, str, bool]  # suite, level, whether it holds

# of each suite the newest key for which it had rows: most polls bring nothing
NEWEST = """
    select border, suite, max(as_of) as as_of from ops.quality_results
    where expectation = :volume and (observed ->> 'rows')::bigint > 0 group by border, suite
"""
# how the same rows compared to the last runs, as the gate found it
COMPARED = text(f"""
    select suite, severity, passed from ops.quality_results
    where suite = any(:suites) and expectation = any(:aspects) and (border, suite, as_of) in ({NEWEST})
""")  # noqa: S608
LIVE = text("select release_id from publish.release where status = 'live' order by flipped_at desc limit 1")
REMOTE = re.compile(r"""<script[^>]*src=["']https?://[^>]*>\s*</script>|<link[^>]*href=["']https?://[^>]*>|<img[^>]*src=["']https?://[^>]*>""")
STYLE = """<style>
  :root { color-scheme: light dark; }
  body { font: 14px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 76rem; padding: 0 1.5rem; }
  table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .4rem .8rem; vertical-align: top; }
  th, td { border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent); overflow-wrap: anywhere; }
  th { opacity: .65; font-size: .8rem; } a { color: inherit; } ul, ol { padding-left: 1.2rem; } img { max-height: 1.5rem; }
  nav ol, .navbar { list-style: none; padding: 0; } .number { text-align: right; } .bad { color: #c62828; font-weight: 600; }
  .popover, .modal, .cooltip .top, footer, .card:has(input), a[data-toggle] { display: none; }
</style>"""
INDEX = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Data quality</title>{style}</head><body>
<h1>Data quality</h1>
<p>What was loaded last into each table, and the live release. Each suite leads to what it expects and what was seen; the figures
also count how its rows compare to its last runs.</p>
<table><thead><tr><th>suite</th><th class="number">checks</th><th class="number">blocked</th><th class="number">warnings</th></tr>
</thead><tbody>{rows}</tbody></table>
</body></html>
"""


def write_docs(database_url: str, folder: Path) -> int:
    """Write the docs in the place of those that are there; how many suites have a page. While nothing was looked at: none."""
    fresh = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    with session(database_url) as engine:
        with engine.begin() as connection:
            audits = [audit for audit in _last(connection) if measure(connection, audit.query).rows]
        report = run(engine, audits, fresh)
        with engine.begin() as connection:
            checks = [*_judged(report), *_compared(connection, audits)]
    if not audits:
        return 0
    for page in fresh.rglob("*.html"):
        page.write_text(REMOTE.sub("", page.read_text()).replace("</head>", f"{STYLE}</head>", 1))
    (fresh / "index.html").write_text(INDEX.format(style=STYLE, rows="\n".join(_rows(fresh, audits, checks))))
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
    return len(audits)


def _last(connection: Connection) -> Iterator[Audit]:
    """What was loaded last into each table, and the live release."""
    loaded = {row.suite: row.as_of for row in connection.execute(text(NEWEST), {"volume": VOLUME}) if row.border == "raw"}
    for suites in RAW.values():
        yield from (raw_audit(suite, loaded[suite.name]) for suite in suites if suite.name in loaded)
    release_id = connection.execute(LIVE).scalar()
    if release_id is not None:
        yield from release_audits(results.read_release(connection, release_id).tables, look_around(connection))


def _judged(report: Report) -> Iterator[Check]:
    return ((finding.suite, finding.severity, finding.passed) for finding in report.findings)


def _compared(connection: Connection, audits: Sequence[Audit]) -> Iterator[Check]:
    asked = {"suites": [audit.suite for audit in audits], "aspects": [VOLUME, NULLS, MEANS], "volume": VOLUME}
    return ((row.suite, row.severity, row.passed) for row in connection.execute(COMPARED, asked).all())


def _rows(site: Path, audits: Sequence[Audit], checks: Sequence[Check]) -> Iterator[str]:
    for audit in audits:
        found = [check for check in checks if check[0] == audit.suite]
        page = next((site / "validations" / audit.suite).rglob("*.html"), None)
        name = escape(audit.suite)
        link = f'<a href="{quote(page.relative_to(site).as_posix())}">{name}</a>' if page else name
        counts = "".join(_count(found, severity) for severity in ("block", "warn"))
        yield f'<tr><td>{link}</td><td class="number">{len(found)}</td>{counts}</tr>'


def _count(found: Sequence[Check], severity: str) -> str:
    failed = sum(not passed and level == severity for _, level, passed in found)
    return f'<td class="number{" bad" if failed else ""}">{failed}</td>'
