"""What titles say, a million of them in little room: three short strings an offer instead of a bundle of sets."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import overload

import pandas as pd

from ml.matching.normalise import Reading, read

ENTRY, FIELD = "\x1e", "\x1f"


@dataclass(frozen=True)
class Readings(Sequence[Reading]):
    """Readings by position, unpacked when asked for. codes, numbers, variants: sets as joined strings."""

    texts: list[str]
    codes: list[str]
    numbers: list[str]
    variants: list[str]

    def __len__(self) -> int:
        return len(self.texts)

    @overload
    def __getitem__(self, position: int) -> Reading: ...
    @overload
    def __getitem__(self, position: slice) -> "Readings": ...

    def __getitem__(self, position: int | slice) -> "Reading | Readings":
        if isinstance(position, slice):
            return Readings(*(part[position] for part in self.parts()))
        return Reading(
            self.texts[position], _apart(self.codes[position]), _apart(self.numbers[position]), unpack(self.variants[position])
        )

    def __iter__(self) -> Iterator[Reading]:
        return (self[position] for position in range(len(self)))

    def parts(self) -> tuple[list[str], list[str], list[str], list[str]]:
        return self.texts, self.codes, self.numbers, self.variants

    def take(self, positions: Sequence[int]) -> "Readings":
        """Those at `positions`, in that order."""
        return Readings(*([part[position] for position in positions] for part in self.parts()))

    def plus(self, more: "Readings") -> "Readings":
        return Readings(*(mine + theirs for mine, theirs in zip(self.parts(), more.parts(), strict=True)))


def read_all(titles: Sequence[str], variant_titles: Sequence[str]) -> Readings:
    """Read titles with their variants' names; what is said twice is read once."""
    said = [f"{title}{FIELD}{variant}" for title, variant in zip(titles, variant_titles, strict=True)]
    codes, distinct = pd.factorize(pd.Series(said, dtype=object))
    read_once = Readings([], [], [], [])
    for both in distinct:
        title, _, variant = both.partition(FIELD)
        reading = read(title, variant)
        packed = (reading.text, FIELD.join(sorted(reading.codes)), FIELD.join(sorted(reading.numbers)), pack(reading.variants))
        for part, value in zip(read_once.parts(), packed, strict=True):
            part.append(value)
    return read_once.take(codes.tolist())


def pack(variants: Mapping[str, frozenset[str]]) -> str:
    return ENTRY.join(FIELD.join([name, *sorted(values)]) for name, values in sorted(variants.items()))


def unpack(packed: str) -> dict[str, frozenset[str]]:
    entries = (entry.split(FIELD) for entry in packed.split(ENTRY)) if packed else ()
    return {name: frozenset(values) for name, *values in entries}


def _apart(packed: str) -> frozenset[str]:
    return frozenset(packed.split(FIELD)) if packed else frozenset()
