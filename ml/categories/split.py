"""Which texts teach, which calibrate, which judge what was learnt: a product's texts, where it is known, are never parted."""

import hashlib
from collections.abc import Mapping, Sequence
from enum import IntEnum

import numpy as np
import pandas as pd

from ml.categories.config import CategoriesConfig

TENTHS = 10


class Part(IntEnum):
    """What a text is there for."""

    TEACH = 0
    CALIBRATE = 1
    JUDGE = 2


def identities(frame: pd.DataFrame) -> list[str]:
    """Per offer its product as matched, or that of another offer with its GTIN, or the GTIN; empty where none is known.

    frame: product_id and gtin, where there are any.
    """
    product, gtin = _told(frame, "product_id"), _told(frame, "gtin")
    same = product.groupby(gtin).transform("first")
    return product.fillna(same).fillna(gtin).fillna("").astype(str).tolist()


def _told(frame: pd.DataFrame, name: str) -> "pd.Series[str]":
    values = frame[name].to_numpy(object) if name in frame else np.full(len(frame), None, object)
    told = pd.Series(values, dtype=object)
    return told.where(told.notna() & (told != ""), None)


def parts(texts: Sequence[str], known: Sequence[str], config: CategoriesConfig) -> Mapping[str, Part]:
    """The part of each text, by the two words (brand and line) with which most texts of its product begin.

    So a line is not learnt by heart either. Texts of two products that stand in different parts have none. known: `identities`.
    """
    heads = [" ".join(text.split()[:2]) for text in texts]
    products = [name or f"head {head}" for name, head in zip(known, heads, strict=True)]
    rows = pd.DataFrame({"text": texts, "head": heads, "product": products})
    often = rows.groupby(["product", "head"], sort=True).size()
    common = often.sort_values(ascending=False, kind="stable").reset_index().drop_duplicates("product")
    part = {product: _part(head, config) for product, head in zip(common["product"], common["head"], strict=True)}
    bounds = rows["product"].map(part).groupby(rows["text"]).agg(["min", "max"])
    return {str(text): Part(least) for text, least, most in bounds.itertuples(name=None) if least == most}


def _part(head: str, config: CategoriesConfig) -> Part:
    digest = hashlib.md5(head.encode(), usedforsecurity=False).digest()[:4]
    tenth = int.from_bytes(digest, "big") % TENTHS
    return Part.JUDGE if tenth in config.judging else Part.CALIBRATE if tenth in config.calibrating else Part.TEACH
