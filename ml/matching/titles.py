"""A title fit to stand for a product: without a merchant's cries, and not shouted."""

import re

PHRASES = (
    "best price|special offer|limited offer|limited edition deal|hot deal|top deal|free shipping|free delivery|top angebot|"
    "sonderposten|sonderangebot|gratis versand|versandkostenfrei|offre spéciale|livraison gratuite|meilleur prix|bon plan|"
    "oferta especial|envío gratis|mejor precio|offerta speciale|spedizione gratuita|miglior prezzo|aanbieding|gratis verzending|"
    "beste prijs|promocja|okazja|darmowa dostawa|oferta|offerta|angebot|promo"
)
# one word may be a name (New Balance, Sale Marino): it is a cry at the end and with a mark, or in capitals of its own
WORDS = "new|neu|nouveau|nouveauté|nuevo|novedad|nuovo|novità|nieuw|nowość|sale|hot|top"
OPENING, CLOSING = r"[\s\-–—|:,*(\[]*", r"[\s!*)\]]*"
CRY = re.compile(rf"{OPENING}\b(?:{PHRASES})\b{CLOSING}$|{OPENING}\b(?:{WORDS})\s*[!*)\]]+\s*$", re.IGNORECASE)
CAPITAL_CRY = re.compile(rf"\s{OPENING}\b(?:{WORDS.upper()})$")
MARKS = re.compile(r"^[\s!*★☆~#►➤✔]+|[\s!*★☆~#►➤✔]+$")
LOUD = 0.8  # share of capitals among letters


def clean(title: str) -> str:
    """The title without cries at its ends; the title itself where nothing else is left."""
    text = " ".join(title.split())
    before = None
    while text != before:
        before = text
        text = MARKS.sub("", text)
        calm = text if is_shouted(text) else CAPITAL_CRY.sub("", text)
        text = CRY.sub("", calm).rstrip(" -–—|,:")
    return text or " ".join(title.split())


def is_shouted(title: str) -> bool:
    """Nearly all in capitals, codes aside: `FALCON PHONE 64GB BLACK`, but not `HP 302XL`."""
    words = [word for word in title.split() if word.isalpha() and len(word) > 3]
    letters = "".join(words)
    return len(words) > 1 and sum(sign.isupper() for sign in letters) > LOUD * len(letters)


def spoken(title: str) -> str:
    """A shouted title in ordinary words; codes, units and short names keep their capitals."""
    if not is_shouted(title):
        return title
    return " ".join(word.capitalize() if word.isalpha() and len(word) > 3 else word for word in title.split())


def noise(title: str) -> float:
    """How far a title is from one that may stand for a product: 0 is fine, shouting and cries add."""
    return 0.5 * is_shouted(title) + 0.25 * (clean(title) != " ".join(title.split()))


def with_variant(title: str, variant: str) -> str:
    """The title and what tells the variant from its siblings, once: `Falcon` and `64GB / Black` -> `Falcon, 64GB / Black`."""
    plain = re.sub(r"\W+", "", title.lower())
    parts = [part for part in re.split(r"\s*/\s*", variant) if part and part.lower() != "default title"]
    missing = [part for part in parts if re.sub(r"\W+", "", part.lower()) not in plain]
    return f"{title}, {' / '.join(missing)}" if missing else title
