"""What is kept between requests is of one version, bounded, and changes no answer."""

import uuid
from collections.abc import Callable

import httpx

from serving.schemas import RecommendationList
from serving.shelf import Kept, Shelf
from tests.serving import published

A, B, C = (uuid.UUID(int=number) for number in (1, 2, 3))
THING = Kept({}, {})


def test_the_products_asked_for_last_are_kept() -> None:
    shelf = Shelf(2)
    assert shelf.take((1, 1), [A, B]) == ({}, [A, B])
    shelf.put((1, 1), [(A, THING), (B, THING)])
    shelf.take((1, 1), [A])
    shelf.put((1, 1), [(C, THING)])
    assert shelf.take((1, 1), [A, B, C]) == ({A: THING, C: THING}, [B])
    assert (shelf.hits, shelf.misses, len(shelf)) == (3, 3, 2)


def test_another_version_finds_nothing_of_the_one_before() -> None:
    shelf = Shelf(2)
    shelf.take((1, 1), [A])
    shelf.put((1, 1), [(A, THING)])
    assert shelf.take((2, 1), [A]) == ({}, [A])
    shelf.put((1, 1), [(A, THING)])  # read before the release, come back after it
    assert shelf.take((2, 1), [A]) == ({}, [A])


def test_kept_or_not_the_answer_is_the_same(published_url: str, api: httpx.Client, bearer: Callable[..., dict[str, str]]) -> None:
    first, again = (api.get("/v1/recommendations", headers=bearer()) for _ in range(2))
    with published.running(published_url, DEALHOUSE_API_SHELF_SIZE=0) as where:
        bare = httpx.get(f"{where}/v1/recommendations", headers=bearer())
    assert first.content == again.content == bare.content
    told = RecommendationList.model_validate_json(first.content)
    assert told.model_dump(mode="json") == RecommendationList.model_validate(first.json()).model_dump(mode="json")
    assert told.items
    assert {*first.json()["items"][0]["offer"]} == {*told.items[0].offer.model_dump()}
