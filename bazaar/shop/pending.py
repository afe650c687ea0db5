"""What has happened but is not told yet: returns and reviews of goods that were bought some days ago."""

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from bazaar.shop import days


@dataclass
class Pending:
    """Rows that a feed will carry from a later moment on, by the business day of that moment."""

    by_day: dict[int, list[tuple[int, str, dict[str, Any]]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, due: int, kind: str, row: dict[str, Any]) -> None:
        """`due`: seconds since 1970."""
        self.by_day[days.local_day(due)].append((due, kind, row))

    def take(self, day: int, high: int) -> list[tuple[str, dict[str, Any]]]:
        """(kind, row) of all that falls due on that business day or before it, before the moment `high`; taken once."""
        taken: list[tuple[int, str, dict[str, Any]]] = []
        for known in [known for known in self.by_day if known <= day]:
            entries = self.by_day.pop(known)
            taken += [entry for entry in entries if entry[0] < high]
            later = [entry for entry in entries if entry[0] >= high]
            if later:
                self.by_day[known] = later
        taken.sort(key=lambda entry: entry[0])
        return [(kind, row) for _, kind, row in taken]

    def save(self, path: Path) -> None:
        entries = sorted((e for group in self.by_day.values() for e in group), key=lambda entry: (entry[0], entry[1]))
        path.write_bytes(b"".join(orjson.dumps(entry) + b"\n" for entry in entries))


def load_pending(path: Path) -> Pending:
    pending = Pending()
    for line in path.read_bytes().splitlines():
        due, kind, row = orjson.loads(line)
        pending.add(due, kind, row)
    return pending
