from bazaar.access import Access, AccessLog


def _access(path: str, status: int = 200, day: int = 0) -> Access:
    return Access(at=1.0, day=day, merchant_id="m", path=path, status=status, size=10, user_agent="t")


def test_rows_count_once_per_crawl_and_apart_by_day() -> None:
    log = AccessLog()
    log.note(_access("/feed.xml"), "/feed.xml", (10, 2))
    log.note(_access("/feed.xml"), "/feed.xml", (10, 2))
    log.note(_access("/feed.xml", 304), "/feed.xml", None)
    log.note(_access("/feed.xml", day=1), "/feed.xml", (11, 2))
    assert log.served(0)["total"] == 10
    assert log.served(0)["broken"] == 2
    merchant = log.served(0)["merchants"]["m"]  # type: ignore[index]
    assert (merchant["records"], merchant["broken"], merchant["requests"]) == (10, 2, 3)
    assert merchant["statuses"] == {"200": 2, "304": 1}
    assert log.served(1)["total"] == 11
    assert log.served(2) == {"merchants": {}, "total": 0, "broken": 0}


def test_private_pages_are_told() -> None:
    log = AccessLog()
    log.note(_access("/private/account"), "/private/account", None)
    assert log.served(0)["merchants"]["m"]["private"] == 1  # type: ignore[index]
