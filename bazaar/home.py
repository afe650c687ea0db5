"""The bazaar's folder: bazaar.json remembers the world, its seed and the clock's day."""

import json
from pathlib import Path
from typing import Any

from bazaar.errors import WorldMismatchError
from bazaar.settings import BazaarSettings

FILE = "bazaar.json"


def read_day(settings: BazaarSettings) -> int:
    """The day of the clock, 0 for a new home. Raises WorldMismatchError where the home is another world's."""
    path = settings.home / FILE
    if not path.exists():
        return 0
    saved: dict[str, Any] = json.loads(path.read_text())
    if (saved["world"], saved["seed"]) != (settings.world, settings.seed):
        raise WorldMismatchError(
            f"{path} belongs to world {saved['world']} with seed {saved['seed']}, not {settings.world} with {settings.seed}: "
            "remove it or choose another --home"
        )
    return int(saved["day"])


def write_day(settings: BazaarSettings, day: int) -> Path:
    """Remember the day; the file is replaced whole."""
    settings.home.mkdir(parents=True, exist_ok=True)
    path = settings.home / FILE
    fresh = path.with_suffix(".tmp")
    fresh.write_text(json.dumps({"world": settings.world, "seed": settings.seed, "port": settings.port, "day": day}))
    return fresh.replace(path)
