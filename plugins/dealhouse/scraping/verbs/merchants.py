"""merchants add|preview|import|list|pause|resume|health: the registry, and how its merchants do."""

import argparse
import json
from datetime import UTC, datetime
from typing import Any

from dealhouse.as_of import parse_as_of
from dealhouse.scraping import health, onboarding, registry
from dealhouse.scraping.preview import Preview

GIVEN = {"id": "merchant_id", "name": "name", "currency": "currency", "country": "country", "language": "language"}


def add(verbs: Any) -> None:  # noqa: ANN401 (argparse hides its type)
    actions = verbs.add_parser("merchants", help="the registry").add_subparsers(dest="action", required=True)
    _add_adding(actions)
    importing = actions.add_parser("import", help="import a YAML file or address")
    importing.add_argument("source")
    importing.add_argument("--as-of", default=datetime.now(UTC).isoformat(), help="when it was known; default: now")
    importing.set_defaults(run=run_import)
    listing = actions.add_parser("list", help="the merchants to crawl")
    listing.add_argument("--paused", action="store_true", help="those that are paused, with the reason")
    listing.set_defaults(run=run_list)
    pausing = actions.add_parser("pause", help="crawl a merchant no more until it is resumed")
    pausing.add_argument("merchant")
    pausing.add_argument("--reason")
    pausing.set_defaults(run=run_pause)
    resuming = actions.add_parser("resume", help="crawl a paused merchant again")
    resuming.add_argument("merchant")
    resuming.set_defaults(run=run_resume)
    doing = actions.add_parser("health", help="how merchants do, the worst first")
    doing.add_argument("merchant", nargs="?")
    doing.add_argument("--json", action="store_true", help="one JSON line per merchant instead of a table")
    doing.set_defaults(run=run_health)


def _add_adding(actions: Any) -> None:  # noqa: ANN401
    adding = actions.add_parser("add", help="register a merchant by its address; what it is, is found out")
    adding.add_argument("url", help="a shop's address, or a feed's")
    for name in GIVEN:
        adding.add_argument(f"--{name}", help="instead of what is found out")
    adding.add_argument("--local", action="store_true", help="it lives at a private address and may be fetched there")
    adding.add_argument("--dry-run", action="store_true", help="find out and show, register nothing")
    adding.set_defaults(run=run_add)
    looking = actions.add_parser("preview", help="ten offers and the rejects among them; nothing is stored")
    looking.add_argument("merchant", help="an id of the registry, or an address")
    looking.add_argument("--local", action="store_true", help="the address is a private one")
    looking.set_defaults(run=run_preview)


def run_add(options: argparse.Namespace) -> None:
    """JSON lines: the merchant with where each fact was read, then its first offers, then rejects."""
    now = datetime.now(UTC)
    given = {fact: getattr(options, name) for name, fact in GIVEN.items() if getattr(options, name)}
    found = onboarding.onboard(options.url, now, is_local=options.local, given=given)
    if not options.dry_run:
        onboarding.keep(found.merchant, now)
    print(json.dumps({"merchant": found.merchant.model_dump(), "registered": not options.dry_run, "because": found.because,
                      "asked": found.tried}))
    _show(found.preview)


def run_preview(options: argparse.Namespace) -> None:
    now = datetime.now(UTC)
    is_address = any(mark in options.merchant for mark in ".:/")
    if is_address:
        _show(onboarding.onboard(options.merchant, now, is_local=options.local).preview)
    else:
        _show(onboarding.look_at(registry.merchants([options.merchant])[0], now))


def _show(preview: Preview) -> None:
    for offer in preview.offers:
        print(json.dumps({"offer": offer}))
    for reject in preview.rejects:
        print(json.dumps({"reject": {**reject, "payload": reject["payload"][:500]}}))
    print(json.dumps({"offers": len(preview.offers), "rejects": preview.rejected, "errors": preview.errors}))


def run_import(options: argparse.Namespace) -> None:
    print(json.dumps({"imported": registry.import_registry(options.source, parse_as_of(options.as_of))}))


def run_list(options: argparse.Namespace) -> None:
    paused = registry.pauses() if options.paused else {}
    for merchant in registry.merchants(list(paused) if options.paused else None):
        reason = {"paused": paused[merchant.merchant_id]} if options.paused else {}
        print(json.dumps({**merchant.model_dump(), **reason}))


def run_pause(options: argparse.Namespace) -> None:
    registry.pause(options.merchant, options.reason, datetime.now(UTC))
    print(json.dumps({"paused": options.merchant, "reason": options.reason}))


def run_resume(options: argparse.Namespace) -> None:
    registry.resume(options.merchant)
    print(json.dumps({"resumed": options.merchant}))


def run_health(options: argparse.Namespace) -> None:
    rows = health.merchants(options.merchant)
    print("\n".join(json.dumps(row, default=str) for row in rows) if options.json else health.table(rows))
