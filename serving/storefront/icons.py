"""Which drawing stands for a category, and in which tint: a picture of one's own where a merchant gave none."""

TINTS = 8
# first match wins; the names are those of templates/_icons.html
_DRAWINGS = (
    ("headphones", ("headphone", "audio", "music", "earbud", "speaker", "sound")),
    ("phone", ("phone", "mobile", "tablet")),
    ("drive", ("storage", "memory", "drive", "ssd")),
    ("laptop", ("laptop", "comput", "notebook", "monitor", "pc")),
    ("screen", ("televis", "video", "tv", "camera", "photo")),
    ("cup", ("coffee", "kitchen", "cook", "drink", "grocer", "food & drink")),
    ("vacuum", ("vacuum", "clean", "household")),
    ("shoe", ("shoe", "running", "sneaker", "sport", "fitness")),
    ("bag", ("backpack", "bag", "outdoor", "travel", "luggage")),
    ("drill", ("tool", "drill", "garden", "diy")),
    ("bottle", ("fragrance", "beaut", "perfume", "cosmetic", "health", "care")),
    ("paw", ("pet", "dog", "cat_food", "animal")),
    ("shirt", ("fashion", "cloth", "apparel", "wear", "jacket")),
    ("blocks", ("toy", "game", "baby", "kid")),
    ("book", ("book", "office", "paper", "stationer")),
    ("lamp", ("home", "furnitur", "light", "decor", "garden")),
)


def drawing(category: str | None) -> str:
    """The name of a drawing; `tag` for what we have no picture of."""
    name = (category or "").lower()
    return next((icon for icon, words in _DRAWINGS if any(word in name for word in words)), "tag")


def tint(category: str | None) -> int:
    """A number from 0 to 7: drawings that stand beside each other in the list differ in it."""
    names = [icon for icon, _ in _DRAWINGS]
    icon = drawing(category)
    return names.index(icon) % TINTS if icon in names else TINTS - 1
