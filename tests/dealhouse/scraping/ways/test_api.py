from collections.abc import Callable
from typing import Any

import orjson
import pytest

from dealhouse.scraping.registry import Merchant

Site = Any
Walk = Callable[[Merchant], Any]
FIELDS = {"native_product_id": "id", "title": "name", "price": "price"}


def listing(*numbers: int, **more: Any) -> bytes:
    return orjson.dumps({"items": [{"id": number, "name": f"Lamp {number}", "price": 5} for number in numbers], **more})


def mapping(path: str, **more: Any) -> dict[str, Any]:
    return {"platform": "api", "options": {"mapping": {"path": path, "items": "items", "fields": FIELDS, **more}}}


def ids(done: Any) -> list[str]:
    return [offer["native_product_id"] for offer in done.offers]


def test_by_page_until_one_is_empty(site: Site, merchant: Callable[..., Merchant], walked: Walk) -> None:
    for number, held in enumerate(((1, 2), (3,), ())):
        site.put(f"/list?page={number}", listing(*held))
    done = walked(merchant(**mapping("/list?page={page}", paging={"by": "page", "start": 0})))
    assert (done.report.status, ids(done)) == ("complete", ["1", "2", "3"])


def test_by_page_until_the_last(site: Site, merchant: Callable[..., Merchant], walked: Walk) -> None:
    site.put("/list?page=1", listing(1, meta={"pages": 1}))
    done = walked(merchant(**mapping("/list?page={page}", paging={"by": "page", "total": "meta.pages"})))
    assert (done.report.status, site.paths()) == ("complete", ["/list?page=1"])


def test_by_offset(site: Site, merchant: Callable[..., Merchant], walked: Walk) -> None:
    for offset, held in ((0, (1, 2)), (2, (3,)), (4, ())):
        site.put(f"/list?from={offset}", listing(*held))
    assert ids(walked(merchant(**mapping("/list?from={offset}", paging={"by": "offset", "size": 2})))) == ["1", "2", "3"]


def test_by_cursor(site: Site, merchant: Callable[..., Merchant], walked: Walk) -> None:
    site.put("/list?after=", listing(1, next="a b"))
    site.put("/list?after=a%20b", listing(2, next=None))
    done = walked(merchant(**mapping("/list?after={cursor}", paging={"by": "cursor", "at": "next"})))
    assert (done.report.status, ids(done)) == ("complete", ["1", "2"])


def test_by_the_next_address(site: Site, merchant: Callable[..., Merchant], walked: Walk) -> None:
    site.put("/list", listing(1, links={"next": "/list?p=2"}))
    site.put("/list?p=2", listing(2, links={"next": "/list"}))
    done = walked(merchant(**mapping("/list", paging={"by": "next", "at": "links.next"})))
    assert (done.report.status, ids(done)) == ("partial", ["1", "2"])
    assert "goes round" in done.report.error


def test_by_the_link_header(site: Site, merchant: Callable[..., Merchant], walked: Walk) -> None:
    link = f'<{site.url}/list?p=1>; rel="prev", <{site.url}/list?p=2>; rel="next"'
    site.put("/list", (200, {"Link": link}, listing(1)))
    site.put("/list?p=2", listing(2))
    assert ids(walked(merchant(**mapping("/list", paging={"by": "link"})))) == ["1", "2"]


def test_another_host_is_not_followed(site: Site, merchant: Callable[..., Merchant], walked: Walk) -> None:
    site.put("/list", listing(1, next="http://elsewhere.example/list?p=2"))
    done = walked(merchant(**mapping("/list", paging={"by": "next", "at": "next"})))
    assert (done.report.status, ids(done)) == ("partial", ["1"])


def test_headers_come_from_the_environment(
    site: Site, merchant: Callable[..., Merchant], walked: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACME_TOKEN", "opensesame")
    site.put("/list", listing(1))
    done = walked(merchant(**mapping("/list", headers={"Authorization": "Bearer ${ACME_TOKEN}"})))
    assert done.report.records == 1
    assert [request.headers["Authorization"] for request in site.asked if request.path == "/list"] == ["Bearer opensesame"]


def test_a_wrong_mapping_fails_the_crawl_by_name(site: Site, merchant: Callable[..., Merchant], walked: Walk) -> None:
    done = walked(merchant(platform="api", options={"mapping": {"fields": {"title": "x"}}}))
    assert done.report.status == "failed"
    assert "fields lacks price" in done.report.error
