"""The shop's whole past, told day by day into the feeds of day 0, in a folder that appears complete or not at all."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from bazaar.errors import WorldMismatchError
from bazaar.rng import IntArray
from bazaar.shop import catalogue_rows, days, reference
from bazaar.shop.feedfiles import FeedFolder
from bazaar.shop.pending import Pending
from bazaar.shop.prices import PricePath, Promotions, build_price_path, build_promotions
from bazaar.shop.span import Span, Theatre, play, whole_day
from bazaar.shop.state import ShopState, first_state
from bazaar.shop.world import Shop

STATE, PENDING, IDENTITY = "state.npz", "pending.ndjson", "shop.json"


def days_folder(home: Path) -> Path:
    """Where the days' feeds lie; `home` is the bazaar's own folder."""
    return home / "shop" / "days"


def day_folder(home: Path, day: int) -> Path:
    return days_folder(home) / f"{day:04d}"


def write_history(shop: Shop, home: Path) -> Path:
    """Write day 0 (all the past up to the clock's first instant) unless it is there; returns its folder."""
    final = day_folder(home, 0)
    if final.exists():
        return final
    partial = final.with_name(f"{final.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    with FeedFolder(partial, shop.seed, "history") as feeds:
        theatre = Theatre(shop, first_state(shop), Pending(), feeds)
        _tell(theatre)
    commit_day(theatre, partial, final)
    return final


def commit_day(theatre: Theatre, partial: Path, final: Path) -> None:
    """Save what the next day starts from, then let the folder appear under its name."""
    theatre.state.save(partial / STATE)
    theatre.pending.save(partial / PENDING)
    (partial / IDENTITY).write_text(json.dumps(_identity(theatre.shop)), encoding="utf-8")
    partial.rename(final)


def _identity(shop: Shop) -> dict[str, Any]:
    skus = hashlib.sha256("|".join((*shop.assortment.sku, *shop.assortment.title)).encode()).hexdigest()[:16]
    return {"world": shop.size.name, "seed": shop.seed, "base_url": shop.base_url, "assortment": skus}


def read_identity(folder: Path) -> dict[str, Any]:
    """Which shop wrote a day: world, seed, base_url, and a hash of its assortment."""
    identity: dict[str, Any] = json.loads((folder / IDENTITY).read_text(encoding="utf-8"))
    return identity


def check_identity(shop: Shop, identity: dict[str, Any], folder: Path) -> None:
    """Raises WorldMismatchError where the folder was written by a shop with other goods, e.g. by another version."""
    if _identity(shop)["assortment"] != identity["assortment"]:
        raise WorldMismatchError(f"{folder} was written by a shop with other goods: remove the bazaar's home and begin again")


def _tell(theatre: Theatre) -> None:
    shop, first = theatre.shop, -theatre.shop.size.history_days
    promotions = build_promotions(shop.assortment, shop.size, shop.seed)
    path = build_price_path(shop.assortment, promotions, shop.size, shop.seed)
    _prologue(theatre, first)
    for day in range(first, 1):
        changed = _follow(theatre.state, path, day - first)
        _announce(theatre, promotions, day)
        play(theatre, whole_day(day) if day < 0 else Span(0, days.midnight(0), days.instant(0)), changed)
    _remember_promotions(theatre.state, promotions)


def _prologue(theatre: Theatre, first: int) -> None:
    """What was known before the first day: earlier customers, the calendar."""
    people = np.flatnonzero(theatre.shop.customers.registered_at < days.midnight(first))
    theatre.feeds.write("customers", catalogue_rows.registration_rows(theatre.shop, people.tolist()))
    for day in range(first, first + reference.KNOWN_AHEAD):
        theatre.feeds.write("calendar_days", reference.calendar_rows(day))


def _follow(state: ShopState, path: PricePath, row: int) -> IntArray:
    """Set the state to the path's prices and costs of that row; returns the skus on sale that changed."""
    before = (state.list_price, state.percent, state.cost)
    now = tuple(column[row].astype(float).round(2) for column in (path.list_price, path.percent, path.cost))
    state.list_price, state.percent, state.cost = now
    different = np.any([old != new for old, new in zip(before, now, strict=True)], axis=0)
    return np.flatnonzero(different & state.opened)


def _announce(theatre: Theatre, promotions: Promotions, day: int) -> None:
    """Promotions stand in the feed from the day on which they start."""
    starting = np.flatnonzero(promotions.first == day).tolist()
    sku, last, percent = (column.tolist() for column in (promotions.sku, promotions.last, promotions.percent))
    entries = [(promotions.promotion_id[n], promotions.kind[n], sku[n], day, last[n], percent[n]) for n in starting]
    theatre.feeds.write("promotions", catalogue_rows.promotion_rows(theatre.shop, entries))


def _remember_promotions(state: ShopState, promotions: Promotions) -> None:
    """Note when the promotions that still run will end."""
    running = (promotions.first <= 0) & (promotions.last >= 0)
    np.maximum.at(state.promotion_end, promotions.sku[running], promotions.last[running])
