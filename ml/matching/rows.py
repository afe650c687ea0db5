"""Prepared offers as plain arrays, and back: what an index stores of them, and how rows made at different times become one."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from ml.matching.offers import Knowledge, Offers, dimensions
from ml.matching.readings import Readings
from ml.matching.vectors import WIDE, Lexicon, Matrix

Arrays = dict[str, NDArray[Any]]
END = "\0"  # no text of Postgres holds it
APART = ("frame", "readings", "texts", "dimension", "knowledge")
FRAME = ("offer_id", "features_hash")
READINGS = ("texts", "codes", "numbers", "variants")


def packed(strings: Sequence[str]) -> NDArray[np.uint8]:
    """Strings as bytes: no object, no width."""
    return np.frombuffer("".join(f"{text}{END}" for text in strings).encode(), np.uint8)


def unpacked(data: NDArray[np.uint8]) -> list[str]:
    return data.tobytes().decode().split(END)[:-1]


def to_arrays(offers: Offers) -> Arrays:
    """Everything but what the rest of a frame says and what is known of the columns."""
    out: Arrays = {f"frame.{name}": packed(offers.frame[name].tolist()) for name in FRAME}
    out |= {f"readings.{name}": packed(part) for name, part in zip(READINGS, offers.readings.parts(), strict=True)}
    out["texts"] = packed(offers.texts)
    for name in _columns():
        value = getattr(offers, name)
        if sparse.issparse(value):
            out |= {f"{name}.{part}": getattr(value, part) for part in ("data", "indices", "indptr")}
        else:
            out[name] = packed(value.tolist()) if value.dtype == object else value
    return out


def from_arrays(arrays: Mapping[str, NDArray[Any]], knowledge: Knowledge) -> Offers:
    """The offers that `to_arrays` took apart; the frame holds offer_id and features_hash only."""
    texts = unpacked(arrays["texts"])
    widths = _widths(knowledge)
    columns: dict[str, Any] = {}
    for name in _columns():
        if f"{name}.data" in arrays:
            parts = tuple(arrays[f"{name}.{part}"] for part in ("data", "indices", "indptr"))
            columns[name] = sparse.csr_matrix(parts, shape=(len(texts), widths.get(name, WIDE)))
        else:
            value = arrays[name]
            columns[name] = np.array(unpacked(value), object) if value.dtype == np.uint8 else value
    return Offers(
        frame=pd.DataFrame({name: unpacked(arrays[f"frame.{name}"]) for name in FRAME}),
        readings=Readings(*(unpacked(arrays[f"readings.{name}"]) for name in READINGS)), texts=texts,
        dimension=dimensions(knowledge.values), knowledge=knowledge, **columns,
    )


def joined(parts: Sequence[Offers]) -> Offers:
    """The rows of all parts, one after the other; the last one knows every column of those before."""
    knowledge = parts[-1].knowledge
    widths = _widths(knowledge)
    columns: dict[str, Any] = {}
    for name in _columns():
        values = [getattr(part, name) for part in parts]
        if sparse.issparse(values[0]):
            width = widths.get(name, WIDE)
            columns[name] = sparse.vstack([_widened(value, width) for value in values], format="csr")
        else:
            columns[name] = np.concatenate(values)
    readings = parts[0].readings
    for part in parts[1:]:
        readings = readings.plus(part.readings)
    return Offers(
        frame=pd.concat([part.frame[list(FRAME)] for part in parts], ignore_index=True), readings=readings,
        texts=[text for part in parts for text in part.texts], dimension=dimensions(knowledge.values), knowledge=knowledge,
        **columns,
    )


def lexicon_arrays(knowledge: Knowledge, since: Knowledge | None) -> Arrays:
    """What is known of the columns, or what was added `since`."""
    words, values = (len(since.lexicon.words), len(since.values)) if since else (0, 0)
    lexicon = knowledge.lexicon
    out: Arrays = {
        "words": lexicon.words[words:], "word_idf": lexicon.word_idf[words:], "values": packed(knowledge.values[values:]),
    }
    if since is None:
        out |= {"char_idf": lexicon.char_idf, "unseen": np.array([lexicon.unseen]), "brands": packed(sorted(knowledge.brands))}
    return out


def knowledge_of(parts: Sequence[Mapping[str, NDArray[Any]]]) -> Knowledge:
    """The knowledge of a first part and what was added to it."""
    first = parts[0]
    lexicon = Lexicon(
        np.concatenate([part["words"] for part in parts]), np.concatenate([part["word_idf"] for part in parts]),
        first["char_idf"], float(first["unseen"][0]),
    )
    values = tuple(value for part in parts for value in unpacked(part["values"]))
    return Knowledge(lexicon, values, frozenset(unpacked(first["brands"])))


def _columns() -> list[str]:
    return [entry.name for entry in fields(Offers) if entry.name not in APART]


def _widths(knowledge: Knowledge) -> dict[str, int]:
    words = len(knowledge.lexicon.words)
    return {"word": words, "idf": words, "char": len(knowledge.lexicon.char_idf), "value": max(len(knowledge.values), 1)}


def _widened(matrix: Matrix, width: int) -> Matrix:
    return sparse.csr_matrix((matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], width))
