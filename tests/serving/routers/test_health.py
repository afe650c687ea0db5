import httpx

from tests.serving import published


def test_alive_without_a_release_but_not_ready(own: tuple[httpx.Client, str]) -> None:
    client, url = own
    assert client.get("/health/live").json()["status"] == "alive"
    assert client.get("/health/ready").status_code == 503
    published.publish(url, published.make_world(), 4)
    ready = client.get("/health/ready").json()
    assert ready["status"] == "ready"
    assert ready["versions"]["deal"] == 4


def test_metrics_count_requests_by_route_and_name_the_version(api: httpx.Client, world: published.World) -> None:
    deal = world.rows["deal"][0]["deal_id"]
    api.get(f"/v1/deals/{deal}")
    text = api.get("/metrics").text
    assert 'dealhouse_api_requests_total{method="GET",route="/v1/deals/{deal_id}",status="200"}' in text
    assert 'dealhouse_published_version{dataset="deal"} 1.0' in text
    assert 'dealhouse_published_age_seconds{dataset="deal"}' in text
    assert 'dealhouse_api_pool_connections{state="open"}' in text
    assert "dealhouse_api_pool_waiting 0.0" in text
    assert 'dealhouse_api_shelf_lookups_total{outcome="miss"}' in text
    assert str(deal) not in text


def test_metrics_answer_without_a_database_and_tell_the_release_before_anybody_asks_for_it(published_url: str) -> None:
    nowhere = f"postgresql://nobody:x@127.0.0.1:{published.free_port()}/nothing"
    with published.running(nowhere) as where:
        assert httpx.get(f"{where}/metrics").status_code == 200
    with published.running(published_url) as where:
        assert 'dealhouse_published_age_seconds{dataset="deal"}' in httpx.get(f"{where}/metrics").text
