"""Long lists of words as patterns that tell quickly that none of them is there."""

_SPECIAL = frozenset("\\[(.^$|?*+{")


def by_letter(pattern: str) -> str:
    """The same alternatives, those of one first letter together: where none begins so, one look tells.

    What begins with no plain letter comes last, so a search finds the same places, though perhaps by another alternative.
    """
    letters: dict[str, list[str]] = {}
    rest = []
    for one in alternatives(pattern):
        if one[:1] and one[0] not in _SPECIAL and one[1:2] not in ("?", "*", "+", "{"):
            letters.setdefault(one[0], []).append(one[1:])
        else:
            rest.append(one)
    return "|".join([*(f"{letter}(?:{'|'.join(ends)})" for letter, ends in letters.items()), *rest])


def alternatives(pattern: str) -> list[str]:
    """A pattern's outermost alternatives."""
    found, start, depth, at = [], 0, 0, 0
    is_set = False
    while at < len(pattern):
        letter = pattern[at]
        if letter == "\\":
            at += 1
        elif is_set:
            is_set = letter != "]"
        elif letter == "[":
            is_set = True
        elif letter in "()":
            depth += 1 if letter == "(" else -1
        elif letter == "|" and depth == 0:
            found.append(pattern[start:at])
            start = at + 1
        at += 1
    return [*found, pattern[start:]]
