import functools
import os
import re
from pathlib import Path

import pytest

from dealhouse.scraping import robots
from dealhouse.scraping.robots import Robots
from stack.database import PROJECT

RULES = b"""User-agent: *
Disallow: /private
Allow: /private/open
Crawl-delay: 2

User-agent: DealhouseBot
Disallow: /secret
Disallow: /*.pdf$
Sitemap: https://acme.example/sitemap.xml
"""


def read(body: bytes, status: int = 200, agent: str = "DealhouseBot") -> Robots:
    rules = robots.read(status, body, agent)
    assert rules is not None
    return rules


def test_the_most_specific_group_counts() -> None:
    assert not read(RULES).allows("https://acme.example/secret/x")
    assert read(RULES).allows("https://acme.example/private")
    assert not read(RULES).allows("https://acme.example/a.pdf")
    assert not read(RULES, agent="Other").allows("https://acme.example/private")
    assert read(RULES, agent="Other").allows("https://acme.example/private/open")


def test_delay_and_sitemaps_are_read() -> None:
    assert read(RULES, agent="Other").delay == 2
    assert read(b"User-agent: *\nCrawl-delay: 86400").delay == robots.MOST_DELAY
    assert read(b"").delay == 0
    assert read(RULES).sitemaps == ["https://acme.example/sitemap.xml"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_without_rules_everything_is_open(status: int) -> None:
    assert read(b"User-agent: *\nDisallow: /", status).allows("https://acme.example/x")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_unreachable_rules_close_everything(status: int) -> None:
    assert robots.read(status, b"", "DealhouseBot") is None


@pytest.mark.parametrize(
    "body", [b"\xff\xfe\x00", b"<html>", "\ufeffUser-agent: *\nDisallow:".encode(), b"Disallow: /\n" * 100_000]
)
def test_strange_files_are_read(body: bytes) -> None:
    read(body).allows("https://acme.example/x")


FOLDER = Path(os.environ.get("DEALHOUSE_DATA") or PROJECT.parent / "shared" / "data") / "pages" / "robots"
MISSING = pytest.param(None, marks=pytest.mark.skip(f"no robots.txt of real shops at {FOLDER} (DEALHOUSE_DATA)"), id="missing")


def everybody_s(lines: list[str]) -> list[tuple[bool, str]]:
    """(allows, pattern) of all groups for `*`, read by the letter of RFC 9309, without its escapes."""
    rules: list[tuple[bool, str]] = []
    agents: set[str] = set()
    in_rules = True
    for line in lines:
        name, colon, value = (part.strip() for part in line.split("#", 1)[0].partition(":"))
        if colon and name.lower() == "user-agent":
            agents = {value} if in_rules else agents | {value}
            in_rules = False
        elif colon and name.lower() in ("allow", "disallow"):
            in_rules = True
            if "*" in agents and value.startswith(("/", "*")):
                rules.append((name.lower() == "allow", value))
    return rules


@functools.cache
def fits(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, pattern.removesuffix("$").split("*"))) + ("$" if pattern.endswith("$") else ""))


def allowed(rules: list[tuple[bool, str]], path: str) -> bool:
    """The longest rule that fits; of equals the one that allows."""
    fitting = [(len(pattern), allows) for allows, pattern in rules if fits(pattern).match(path)]
    return max(fitting)[1] if fitting else True


@pytest.mark.parametrize("sample", sorted(FOLDER.glob("*.txt")) or [MISSING], ids=lambda path: path.name)
def test_real_files_say_what_the_rfc_makes_of_them(sample: Path) -> None:
    rules = everybody_s(sample.read_text("utf-8", "replace").splitlines())
    ours = read(sample.read_bytes(), agent="SomebodyBot")
    paths = [pattern.removesuffix("$").replace("*", "x") for _, pattern in rules if pattern.isascii() and "%" not in pattern]
    assert rules
    asked = [path for each in [*paths, "/", "/a-product"] for path in (each, f"{each}y") if path.startswith("/")]
    assert [path for path in asked if ours.allows(f"https://shop.example{path}") != allowed(rules, path)] == []
