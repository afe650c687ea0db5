from collections import Counter

from ml.categories.taxonomy import BROAD, NODE_OF, NODES, OTHER, RAW, WORDS


def test_google_ids_are_positive_and_stand_once() -> None:
    own = [node["google"] for top in RAW["categories"] for node in [top, *top.get("subcategories", ())] if "google" in node]
    assert all(isinstance(google, int) and google > 0 for google in own)
    assert not [google for google, times in Counter(own).items() if times > 1]
    assert all(node.google > 0 for node in NODES)


def test_every_node_has_a_category_for_parent_a_name_of_its_own_and_a_description() -> None:
    assert len(NODE_OF) == len(NODES)
    assert {node.parent for node in NODES} == {node.name for node in NODES if node.is_category}
    assert all(node.about.endswith(".") for node in NODES)
    assert OTHER not in NODE_OF


def test_a_word_names_one_node_only() -> None:
    told = Counter[tuple[str, ...]]()
    for top in RAW["categories"]:
        for node in [top, *top.get("subcategories", ())]:
            words = f"{node['name']}, {node.get('words', '')}, {node.get('paths', '')}".replace("\n", " ").split(",")
            told.update({tuple(phrase.split()) for phrase in words if phrase.strip()})
    assert not [phrase for phrase, times in told.items() if times > 1]
    assert not set(WORDS) & set(BROAD)
