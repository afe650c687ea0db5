from urllib.parse import parse_qsl, urlsplit

from serving.inputs import DealQuery
from serving.storefront import links

QUERY = DealQuery(q="a & b", category=["audio", "toys"], min_discount="10", in_stock=True, sort="price", cursor="c", limit=50)


def pairs(address: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(address).query)


def test_an_address_keeps_the_question_and_drops_the_place() -> None:
    kept = pairs(links.address(QUERY))
    assert ("q", "a & b") in kept
    assert [value for name, value in kept if name == "category"] == ["audio", "toys"]
    assert not {"cursor", "limit"} & {name for name, _ in kept}
    assert pairs(links.address(QUERY, "/more", cursor="next", sort=None))[-1] == ("cursor", "next")


def test_a_choice_can_be_taken_back() -> None:
    assert ("category", "toys") in pairs(links.without(QUERY, "category", "audio"))
    assert ("category", "audio") not in pairs(links.without(QUERY, "category", "audio"))
    assert links.without(DealQuery(category=["audio"]), "category", "audio") == "/"


def test_an_address_asks_the_same_question_again() -> None:
    again: dict[str, object] = {"category": []}
    for name, value in pairs(links.address(QUERY)):
        again[name] = [*again["category"], value] if name == "category" else value  # type: ignore[misc]
    assert DealQuery.model_validate(again) == QUERY.model_copy(update={"cursor": None, "limit": 20})
