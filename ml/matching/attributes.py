"""Anybody's tables read as ours: files of any common form, and attribute names mapped by what they mean."""

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ml.core.errors import BadInputError

# Our column <- what others call it: the whole name counts most, then a word of it; earlier words before later ones.
MEANINGS: Mapping[str, tuple[str, ...]] = {
    "record_id": ("id", "offer id", "record id", "product id", "item id", "pid", "rid", "asin", "idx", "index"),
    "gtin": ("gtin", "gtin13", "gtin14", "gtin12", "ean", "ean13", "upc", "isbn", "barcode"),
    "mpn": (
        "mpn", "modelno", "model no", "model number", "model", "part number", "partnumber", "partno", "manufacturer part number",
        "proprietary id", "mfr part number",
    ),
    "sku": ("sku", "article number", "item number"),
    "price_reporting": (
        "price", "list price", "sale price", "offer price", "preis", "prix", "precio", "prezzo", "prijs", "cena", "cost",
    ),
    "image_url": ("image url", "image", "img", "picture", "photo"),
    "url": ("url", "link", "website", "page url"),
    "merchant_id": ("merchant id", "merchant", "shop id", "shop", "seller", "store", "retailer", "source"),
    "brand": (
        "brand", "manufacturer", "maker", "vendor", "producer", "marke", "hersteller", "marque", "marca", "merk", "brewery",
        "factory", "brew", "artist", "author", "authors", "company", "publisher",
    ),
    "category_path": (
        "category path", "category", "categories", "product type", "kategorie", "categorie", "genre", "style", "type",
    ),
    "description": (
        "description", "desc", "features", "details", "specification", "specs", "beschreibung", "descripcion", "abstract",
    ),
    "title": (
        "title", "product title", "product name", "name", "item name", "titel", "titre", "titulo", "nombre", "nom",
        "bezeichnung", "produktname", "product", "item", "song", "beer", "headline",
    ),
}
# A column that names one of these tells the truth, or how the table was cut: never a feature.
TRUTH_WORDS = frozenset({"cluster", "label", "truth", "gold", "split", "target", "entity", "match", "fold", "pair", "currency"})
EXTRA = "extra_"
PARQUET = (".parquet", ".pq")
FORMS = (".csv", *PARQUET)
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+\d*|\d+")
AMOUNT = re.compile(r"[.,]?\d[\d.,' ]*")
NOTHING = frozenset({"nan", "none", "null", "n/a"})
GTIN_LENGTHS = (8, 12, 13, 14)


def read_table(path: Path) -> pd.DataFrame:
    """A table of CSV (comma, semicolon, tab or bar; plain or gzip) or Parquet, all texts, nulls empty.

    Raises BadInputError when the file cannot be read as one, or holds no row.
    """
    try:
        table = pd.read_parquet(path) if path.suffix in PARQUET else _csv(path)
    except (OSError, ValueError, pd.errors.ParserError) as error:
        raise BadInputError(f"cannot be read as a table: {' '.join(str(error).split())[:200]}", str(path)) from error
    if table.empty:
        raise BadInputError("holds no row", str(path))
    table.columns = [str(name).strip() for name in table.columns]
    return pd.DataFrame({name: _texts(table[name]) for name in table.columns})


def check_form(path: Path | None) -> None:
    """Raises BadInputError where `write_table` could not write; before the work that leads there."""
    if path and path.suffix not in FORMS:
        raise BadInputError(f"tables are written as {' or '.join(FORMS)}", str(path))


def write_table(table: pd.DataFrame, path: Path | None) -> None:
    """Write as the name's ending says; None: nowhere."""
    if path:
        table.to_csv(path, index=False) if path.suffix == ".csv" else table.to_parquet(path, index=False)


def _csv(path: Path) -> pd.DataFrame:
    try:
        return _separated(path, "utf-8-sig")
    except UnicodeDecodeError:
        return _separated(path, "latin-1")


def _separated(path: Path, encoding: str) -> pd.DataFrame:
    head = pd.read_csv(path, sep="\x01", nrows=1, header=None, dtype=str, encoding=encoding, quoting=3, engine="python")
    first = str(head.iloc[0, 0])
    mark = max((",", ";", "\t", "|"), key=first.count)
    return pd.read_csv(path, sep=mark, dtype=str, keep_default_na=False, encoding=encoding)


def _texts(column: "pd.Series[Any]") -> "pd.Series[str]":
    """Values as text; whole numbers that a null turned into floats lose their `.0`."""
    if pd.api.types.is_float_dtype(column) and (column.dropna() % 1 == 0).all():
        column = column.astype("Int64")
    texts = column.astype(object).where(column.notna(), "").astype(str).str.strip()
    return texts.mask(texts.str.lower().isin(NOTHING), "")


def mapped(frame: pd.DataFrame, prefix: str = "", ignore: Collection[str] = ()) -> tuple[pd.DataFrame, dict[str, str]]:
    """Columns of a text table under our names, and which of its columns went where (theirs -> ours), in their order.

    prefix: take only the columns that begin with it (`l_`), and read their names without it. ignore: names to leave alone, beside
    those that tell the truth. Always there: title, brand, gtin, mpn, merchant_id, category_path, description, price_reporting
    (float, NaN where unknown); what fits nothing is kept as `extra_<name>`. Raises BadInputError without any text.
    """
    names = [name for name in frame.columns if name.startswith(prefix) and name not in ignore]
    words = {name: " ".join(WORD.findall(name[len(prefix) :])).lower() for name in names}
    names = [name for name in names if TRUTH_WORDS.isdisjoint(words[name].split())]
    chosen = _assign({name: words[name] for name in names})
    if "title" not in chosen.values():
        chosen[_wordiest(frame, [name for name in names if name not in chosen], prefix)] = "title"
    mapping = {name: chosen.get(name, EXTRA + words[name].replace(" ", "_")) for name in names}
    out = pd.DataFrame({ours: frame[name] for name, ours in mapping.items()}, index=frame.index)
    for missing in ("title", "brand", "gtin", "mpn", "merchant_id", "category_path", "description", "price_reporting"):
        if missing not in out:
            out[missing] = ""
    ready = out.assign(price_reporting=amounts(out["price_reporting"]), gtin=out["gtin"].map(_gtin)).reset_index(drop=True)
    return ready, mapping


def _assign(words: Mapping[str, str]) -> dict[str, str]:
    """Each meaning's best column: whole names first, over all meanings, then names that hold the word."""
    chosen: dict[str, str] = {}
    for whole in (True, False):
        for ours, others in MEANINGS.items():
            if ours in chosen.values():
                continue
            free = [name for name in words if name not in chosen]
            found = [
                (place, name) for place, other in enumerate(others) for name in free
                if (words[name] == other if whole else f" {other} " in f" {words[name]} ")
            ]
            if found and (whole or ours != "record_id"):
                chosen[found[0][1]] = ours
    return chosen


def _wordiest(frame: pd.DataFrame, names: Sequence[str], prefix: str) -> str:
    """The column with the most distinct words with a letter."""
    distinct = {name: len({w for text in frame[name] for w in text.lower().split() if not w.isnumeric()}) for name in names}
    best = max(distinct, key=lambda name: distinct[name], default="")
    if not best or not distinct[best]:
        raise BadInputError("no column that could be a title" + (f" among {prefix}*" if prefix else ""), "columns")
    return best


def amounts(texts: "pd.Series[str]") -> "pd.Series[float]":
    """Prices as numbers, NaN where there is none: `$1,299.00`, `1.299,00 EUR` and `1299` are the same."""
    return texts.map({text: _amount(text) for text in set(texts)}).astype("float64")


def _amount(text: str) -> float:
    found = AMOUNT.search(text)
    if not found:
        return float("nan")
    digits = re.sub(r"[' ]", "", found.group()).rstrip(".,")
    last = max(digits.rfind("."), digits.rfind(","))
    mark = digits[last] if last >= 0 else ""
    if mark and (digits.count(mark) > 1 or (mark == "," and len(digits) - last == 4)):
        last = len(digits)  # a mark of thousands only
    whole, rest = re.sub(r"[.,]", "", digits[: max(last, 0)] if mark else digits), digits[last + 1 :] if mark else ""
    return float(f"{whole or '0'}.{re.sub(r'[.,]', '', rest) or '0'}")


def _gtin(text: str) -> str:
    """A trade number of fourteen digits; empty for what is none."""
    digits = re.sub(r"\D", "", text.removesuffix(".0"))
    return digits.zfill(14) if len(digits) in GTIN_LENGTHS and int(digits) else ""
