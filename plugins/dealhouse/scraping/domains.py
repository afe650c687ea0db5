"""The country of an address' domain."""

from dealhouse.currencies import OF_COUNTRY

# sold as words, not as countries
_SOLD = frozenset((
    "ac", "ad", "ai", "am", "as", "bz", "cc", "cd", "co", "dj", "eu", "fm", "gd", "gg", "im", "io", "la", "ly", "me", "ms", "nu",
    "sc", "sh", "so", "st", "su", "tk", "to", "tv", "vc", "ws",
))


def country_of(host: str | None) -> str | None:
    """The ISO code of a country's own top-level domain: GB of `shop.example.co.uk`; None for those of no or of any country."""
    ending = (host or "").lower().rpartition(".")[2]
    code = "GB" if ending == "uk" else ending.upper()
    return code if ending not in _SOLD and code in OF_COUNTRY else None
