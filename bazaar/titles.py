"""How a merchant writes a product's title: word order, language, abbreviations, units, noise; pure functions of uniforms."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from bazaar.catalogue import Catalogue, Options
from bazaar.merchants import Merchant, Style
from bazaar.rng import FloatArray
from bazaar.vocabulary import Category, categories, colour_words, load_yaml

WORDS: dict[str, Any] = load_yaml("merchants.yml")
DRAWS = 24  # uniforms that one title may use
# orders of the parts: b brand, n noun, l line, m model code, o options, f feature
ORDERS = ("blmonf", "nblmof", "blonmf", "bnlofm", "lbnfom", "mblonf", "nlbofm", "blfnmo")
SUFFIX_FORMS: tuple[dict[str, str], ...] = (
    {},
    {"Plus": "+", "Pro": "PRO", "Ultra": "U.", "Professional": "Pro"},
    {"Plus": "+", "Lite": "LT", "Intense": "Int.", "Adult": "Ad.", "Junior": "Jr", "Senior": "Sr"},
    {"II": "2", "III": "3", "SE": "S.E.", "Max": "MAX", "NC": "Noise Cancelling"},
)


@dataclass(frozen=True)
class Written:
    """A title as it stands in the shop, split as platforms split it. `title` holds no options where `variant_title` does."""

    title: str
    variant_title: str | None


class _Draws:
    """Hands out one uniform after the other, so that a call's meaning does not depend on the shop's other choices."""

    def __init__(self, row: FloatArray) -> None:
        self.row = row

    def chance(self, place: int, share: float) -> bool:
        return bool(self.row[place] < share)

    def pick(self, place: int, values: list[str]) -> str:
        return values[int(self.row[place] * len(values))]


def _capacity(value: str, style: Style, language: str) -> str:
    unit = "Go" if language == "fr" and style.option_form != 1 else "GB"
    text = value.replace("GB", f" {unit}").replace("TB", " To" if unit == "Go" else " TB")
    if "/" in value:
        ram, disk = text.split("/")
        return (f"{ram} RAM {disk} SSD", value, f"{ram}, {disk}", f"{disk} {ram} RAM".replace(" GB", "GB"))[style.option_form]
    return (text, text.replace(" ", ""), text, text.replace(" ", "").lower())[style.option_form]


def _inches(value: str, style: Style, language: str) -> str:
    inch = int(value.removesuffix("in"))
    return (f'{inch}"', f"{inch} {WORDS['inches'][language]}", f"{round(inch * 2.54)} cm", f"{inch}")[style.option_form]


def _shoe_size(value: str, style: Style, language: str) -> str:
    number = value.removeprefix("EU ")
    return (value, f"{WORDS['sizes'][language]} {number}", number, f"EU{number}")[style.option_form]


def _amount(value: str, style: Style) -> str:
    """Litres, millilitres, kilograms: `0.8 kg` is also 800g, `100 ml` also 100ML or 0.1 l."""
    number, unit = value.split()
    if unit == "kg" and style.option_form == 1:
        return f"{round(float(number) * 1000)}g"
    if unit == "kg" and style.option_form == 2:
        return f"{number.replace('.', ',')}kg"
    return (value, value.replace(" ", ""), f"{number} {unit.upper()}", value.replace(" ", "").upper())[style.option_form]


def _pack(value: str, style: Style) -> str:
    count = int(value.removesuffix("x"))
    if count == 1:
        return ""
    return (f"{count} x", f"{count}er Pack", f"Pack of {count}", f"{count}-Pack")[style.option_form]


def write_option(axis: str, value: str, merchant: Merchant) -> str:
    """One option in the merchant's words; may be empty (a single pack)."""
    style, language = merchant.style, merchant.language
    if axis == "colour":
        return colour_words()[value].get(language, value) if style.colour_translated else value
    if value.endswith("in") and axis == "size":
        return _inches(value, style, language)
    if value.startswith("EU "):
        return _shoe_size(value, style, language)
    if axis == "pack":
        return _pack(value, style)
    if re.fullmatch(r"[\d.]+ (l|ml|kg)", value):
        return _amount(value, style)
    return _capacity(value, style, language) if axis == "capacity" else value


def write_options(options: Options, merchant: Merchant, separator: str) -> str:
    parts = [write_option(axis, value, merchant) for axis, value in options]
    if merchant.style.option_form == 3:
        parts.reverse()
    return separator.join(part for part in parts if part)


def model_code(code: str, form: int) -> str:
    """The manufacturer's code as shops spell it: VEOR-730P, VEOR730P, VEOR 730P, veor-730p, 730P."""
    head, _, tail = code.partition("-")
    return (code, head + tail, f"{head} {tail}", code.lower(), tail)[form]


def write_brand(brand: str, category: Category, draws: FloatArray, merchant: Merchant) -> str:
    spellings = category.brands[brand]
    if spellings and draws[0] < merchant.style.alias_share:
        return spellings[int(draws[1] * len(spellings))]
    return brand


def _line(line: str, style: Style) -> str:
    form = SUFFIX_FORMS[style.suffix_form]
    words = [form.get(word, word) for word in line.split()]
    text = " ".join(words).replace(" +", "+")
    # "Orion 7" is also "Orion7"
    return re.sub(r"(\w) (\d+)\b", r"\1\2", text, count=1) if style.option_form == 1 else text


def _noun(category: Category, merchant: Merchant, draws: _Draws) -> str:
    if not draws.chance(2, merchant.style.noun_share):
        return ""
    if draws.chance(3, merchant.style.synonym_share):
        return draws.pick(4, WORDS["synonyms"][category.name][merchant.language])
    return category.noun[merchant.language]


def _typo(text: str, draws: _Draws, share: float) -> str:
    if len(text) < 8 or not draws.chance(12, share):
        return text
    place = 2 + int(draws.row[13] * (len(text) - 4))
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def _capital(text: str, capital: str) -> str:
    if capital == "upper":
        return text.upper()
    return text.title() if capital == "title" else text


def write_title(catalogue: Catalogue, index: int, merchant: Merchant, row: FloatArray, *, split: bool) -> Written:
    """The title of one listing. `row` holds DRAWS uniforms; with `split` the options go to `variant_title` (Shopify)."""
    style, draws = merchant.style, _Draws(row)
    category = categories()[int(catalogue.category[index])]
    options = catalogue.options[index] if draws.chance(8, style.option_share) else catalogue.options[index][:1]
    written = write_options(options, merchant, " ")
    parts = {
        "b": write_brand(catalogue.brand[index], category, row[5:7], merchant) if draws.chance(7, style.brand_share) else "",
        "n": _noun(category, merchant, draws),
        "l": _line(catalogue.line[index], style),
        "m": model_code(catalogue.model[index], style.model_form) if draws.chance(9, style.model_share) else "",
        "o": "" if split else written,
        "f": catalogue.feature[index] if draws.chance(10, style.feature_share) else "",
    }
    ordered = [parts[part] for part in ORDERS[style.order] if parts[part]]
    text = f"{' '.join(ordered[:2])}{style.separator}{' '.join(ordered[2:])}".strip(" -,|")
    if draws.chance(11, style.fluff_share):
        fluff = draws.pick(14, WORDS["fluff"][merchant.language])
        text = f"{fluff} {text}" if row[15] < 0.3 else f"{text} {fluff}"
    text = _typo(_capital(text, style.capital), draws, style.typo_share)
    variant = write_options(options, merchant, " / ") if split else None
    return Written(_cut(" ".join(text.split()), style.max_length), variant or None)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0]


def uniforms(rng: np.random.Generator, count: int) -> FloatArray:
    """`count` rows of DRAWS uniforms."""
    return rng.random((count, DRAWS))
