"""Product pictures: a small SVG per item group, so that pages have something to show without a network."""

from html import escape

from bazaar.catalogue import Catalogue

COLOURS = (
    "#31572c", "#4f772d", "#1d3557", "#457b9d", "#6d597a", "#b56576",
    "#bc6c25", "#606c38", "#2a9d8f", "#264653", "#8d0801", "#3a506b",
)  # fmt: skip


def image(catalogue: Catalogue, group: int) -> bytes | None:
    """The picture of an item group, or None where no such group exists."""
    found = (catalogue.group == group).nonzero()[0]
    if not len(found):
        return None
    index = int(found[0])
    colour = COLOURS[int(catalogue.category[index]) % len(COLOURS)]
    brand, line = escape(str(catalogue.brand[index])), escape(str(catalogue.line[index]))
    category = escape(catalogue.category_names[int(catalogue.category[index])].replace("_", " "))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 240" font-family="sans-serif" text-anchor="middle" fill="#fff">'
        f'<rect width="320" height="240" fill="{colour}"/><circle cx="160" cy="92" r="54" fill="#fff" opacity=".18"/>'
        f'<text x="160" y="106" font-size="40">{brand[:1]}</text><text x="160" y="178" font-size="22">{brand}</text>'
        f'<text x="160" y="202" font-size="16">{line}</text>'
        f'<text x="160" y="224" font-size="12" opacity=".8">{category}</text></svg>'
    ).encode()
