"""The one way in which a landed batch changes: a person is erased from it.

A line is replaced or becomes a tombstone, so that every other row keeps its number. The changed parts get new names, then the
manifest of the next revision is put over the old one, and only then the old parts go: who dies in between leaves a whole batch.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from dealhouse.landing.batch import MANIFEST, Batch, PartFile, read_batch, sha256_of
from dealhouse.landing.manifest import Manifest, Part, PartKind

TOMBSTONE = b'{"erased":true}'
Change = Callable[[PartKind, bytes], bytes | None]  # the line as it shall be from now on; None: nothing of it stays


def rewrite(batch: Batch, change: Change, loaded: int = 0) -> Batch:
    """Change a batch in place; one that nothing changes in stays as it is, and comes back with its revision.

    loaded: the revision that raw holds; a changed batch is later than that, also one that a backup brought back.
    Raises CorruptBatchError when a part does not hash to its manifest: then nothing was changed.
    """
    touched = {part.name for part in batch.manifest.parts if _is_touched(batch, part, change)}
    if touched:
        batch = _raise_revision(batch, touched, change, max(batch.manifest.revision, loaded) + 1)
    sweep(batch)
    return batch


def sweep(batch: Batch) -> None:
    """Take away the parts that the manifest does not name: what a revision that was cut short left behind."""
    named = {MANIFEST, *(part.name for part in batch.manifest.parts)}
    for key in list(batch.store.list(f"{batch.key}/")):
        if PurePosixPath(key).name not in named:
            batch.store.delete(key)


def _is_touched(batch: Batch, part: Part, change: Change) -> bool:
    found = False
    for line in batch.lines(part):  # to its end: only then its hash is known to be right
        found = found or (line != TOMBSTONE and change(part.kind, line) != line)
    return found


def _raise_revision(batch: Batch, touched: set[str], change: Change, revision: int) -> Batch:
    erased, parts = batch.manifest.erased, []
    for part in batch.manifest.parts:
        if part.name in touched:
            part, more = _rewritten(batch, part, revision, change)  # noqa: PLW2901 (the part from now on)
            erased += more
        parts.append(part)
    manifest = Manifest.model_validate({**batch.manifest.model_dump(), "revision": revision, "erased": erased, "parts": parts})
    batch.store.put(f"{batch.key}/{MANIFEST}", manifest.model_dump_json(indent=1).encode())
    return read_batch(batch.store, batch.key)


def _rewritten(batch: Batch, part: Part, revision: int, change: Change) -> tuple[Part, int]:
    """The part under its new name, and how many of its lines became tombstones."""
    erased = 0
    name = f"{part.name.split('.')[0].split('-r')[0]}-r{revision}.ndjson.zst"
    with tempfile.TemporaryDirectory(prefix="dealhouse-batch-") as folder:
        file = PartFile(Path(folder) / name, part.kind)
        for line in batch.lines(part):
            changed = line if line == TOMBSTONE else change(part.kind, line)
            erased += changed is None
            file.write(TOMBSTONE if changed is None else changed)
        file.close()
        batch.store.put_file(f"{batch.key}/{name}", file.path)
        return part.model_copy(update={"name": name, "sha256": sha256_of(file.path)}), erased
