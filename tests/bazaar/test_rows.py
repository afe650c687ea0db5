from bazaar.rows import money, sale_dates, window
from bazaar.world import World


def test_money_is_a_decimal_string() -> None:
    assert [money(cents) for cents in (5, 1299, 100)] == ["0.05", "12.99", "1.00"]


def test_a_window_shows_what_is_listed_and_what_is_broken(small: World) -> None:
    days = small.market.days(0, 0)
    shown = window(small, days, 1, 0)
    numbers = {row.listing.number for row in shown.rows}
    assert numbers == {item.number for item in small.listings_of[1] if item.broken or days.listed[item.number, 0]}
    assert shown.broken == sum(1 for row in shown.rows if row.listing.broken)
    assert shown.changed <= 0


def test_sale_dates_enclose_the_day(small: World) -> None:
    days = small.market.days(0, 0)
    dated = [row for number in range(12) for row in window(small, days, number, 0).rows if row.sale_first is not None]
    assert dated
    for row in dated:
        start, end = sale_dates(row) or ("", "")
        assert start <= "2026-05-05T10:15+0000" < end
