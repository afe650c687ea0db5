from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dealhouse.errors import BadInputError
from dealhouse.loading.import_commissions import import_commissions
from dealhouse.loading.rebuild import rebuild

Ask = Callable[[str], list[tuple[Any, ...]]]

BAD = Path(__file__).parent / "bad_reports"
FAULTS = {
    "missing_transaction_id": 1, "missing_programme_id": 1, "missing_sale_amount": 1, "invalid_sale_amount": 2,
    "invalid_commission": 2,
    "missing_currency": 1, "invalid_currency": 1, "unknown_status": 1, "missing_status": 1, "invalid_transacted_at": 1,
    "missing_transacted_at": 1, "ragged_line": 1,
}
REPORTS = {
    "awin": (
        'id,advertiser_id,sale_amount,commission,currency,commission_status,date,validation_date,click_ref,customer_name\n'
        '11,1001,100.00,5.00,GBP,0,2026-05-01 10:00:00,,list_d0123456789abcdef,Jane Roe\n'
        '12,1001,50.00,2.50,GBP,2,2026-05-01 11:00:00,2026-05-04 00:00:00,,\n',
        [("11", "1001", "pending", "2026-05-01 10:00:00+00", "list_d0123456789abcdef"),
         ("12", "1001", "declined", "2026-05-04 00:00:00+00", None)],
    ),
    "impact": (
        "Action Id;Campaign Id;Campaign;Event Date;State;Amount;Payout;Currency;SubId1\n"
        "7.1;55;Acme;2026-05-01T10:00:00-04:00;REVERSED;100;5;USD;api_ofedcba9876543210\n",
        [("7.1", "55", "declined", "2026-05-01 14:00:00+00", "api_ofedcba9876543210")],
    ),
    "cj": (
        "Commission ID\tAction Status\tAdvertiser ID\tSID\tSale Amount\tCommission Amount\tCurrency\tEvent Date\tPosting Date\n"
        "99\tlocked\t3\tdeal_d0123456789abcdef\t$1,000.00\t$30.00\tUSD\t2026-05-01\t2026-05-02\n",
        [("99", "3", "approved", "2026-05-02 07:00:00+00", "deal_d0123456789abcdef")],
    ),
    "rakuten": (
        "Advertiser Name|MID|Order ID|SKU|Transaction Date|Sales|Total Commission|Process Date|U1|Currency\n"
        "Acme|44|A-1|S1|5/1/2026 10:00:00|20.00|1.00|5/2/2026 00:00:00|mail_d0123456789abcdef|USD\n"
        "Acme|44|A-1|S1|5/1/2026 10:00:00|-20.00|-1.00|5/3/2026 00:00:00||USD\n",
        [("A-1:S1:5/2/2026 00:00:00", "44", "approved", "2026-05-02 00:00:00+00", "mail_d0123456789abcdef"),
         ("A-1:S1:5/3/2026 00:00:00", "44", "approved", "2026-05-03 00:00:00+00", None)],
    ),
}


def test_every_line_is_a_transaction_or_a_reject_with_its_reason(ask: Ask) -> None:
    result = import_commissions(BAD / "lines.csv", "generic")
    assert (result.received, result.loaded, result.rejected) == (16, 2, sum(FAULTS.values()))
    assert dict(ask("select reason, count(*)::int from raw.rejects group by 1")) == FAULTS
    assert ask("select transaction_id, sale_amount::text, commission::text from raw.affiliate_transactions order by 1") == [
        ("OK1", "1234.5000", "61.7300"), ("OK2", "-20.0000", "-1.0000"),
    ]
    assert result.as_of == datetime(2026, 5, 3, 9, tzinfo=UTC), "the first full hour after its last instant"


def test_each_network_reports_in_its_own_words(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    for network, (content, rows) in REPORTS.items():
        path.write_text(content, encoding="utf-16" if network == "impact" else "utf-8-sig")
        assert import_commissions(path, network).rejected == 0
        assert ask(
            "select transaction_id, programme_id, status, cast(updated_at as text) as updated_at, sub_id "
            f"from raw.affiliate_transactions where network = '{network}' order by 1"
        ) == rows
    assert "Jane" not in str(ask("select r::text from raw.affiliate_transactions r"))
    # a currency may be told where the report has none
    path.write_text(REPORTS["rakuten"][0].replace("|Currency", "").replace("|USD", ""))
    assert import_commissions(path, "rakuten").rejected == 2
    assert import_commissions(path, "rakuten", currency="CHF", as_of=datetime(2026, 5, 9, tzinfo=UTC)).loaded == 2


def test_the_same_file_is_a_noop_and_an_update_is_another_row(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_text(REPORTS["awin"][0])
    first, again = import_commissions(path, "awin"), import_commissions(path, "awin")
    assert (first.noop, again.noop) == (False, True)
    path.write_text(REPORTS["awin"][0].replace(",0,2026", ",1,2026"))
    assert not import_commissions(path, "awin").noop
    assert ask("select status from raw.affiliate_transactions where transaction_id = '11' order by 1") == [
        ("approved",), ("pending",),
    ]
    before = ask("select * from raw.affiliate_transactions order by batch_id, row_no")
    rebuild(seed=3)
    assert ask("select * from raw.affiliate_transactions order by batch_id, row_no") == before


@pytest.mark.parametrize(
    ("name", "told"),
    [("empty.csv", "it is empty"), ("no_header.csv", "no header"), ("no_instant_column.csv", "it lacks transacted_at"),
     ("no_dated_line.csv", "not one line says when"), ("a.pdf", "no header"), ("none.csv", "No such file")],
)
def test_a_file_that_is_no_report_is_refused_whole(name: str, told: str) -> None:
    with pytest.raises(BadInputError, match=told):
        import_commissions(BAD / name, "generic")


def test_a_locking_date_is_no_news(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    for network in ("impact", "cj"):
        header, lines = REPORTS[network][0].split("\n", 1)
        mark = ";" if network == "impact" else "\t"
        path.write_text(f"{header}{mark}Locking Date\n" + lines.replace("\n", f"{mark}2026-07-10\n"))
        assert import_commissions(path, network).as_of < datetime(2026, 5, 3, tzinfo=UTC)
    assert ask("select max(updated_at) < '2026-05-03' from raw.affiliate_transactions") == [(True,)]


def test_amounts_stand_beside_their_own_currency_or_are_refused(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_text(
        "commissionId,advertiserId,actionStatus,eventDate,pubCurrency,saleAmountPubCurrency,pubCommissionAmountPubCurrency,"
        "saleAmountUsd,pubCommissionAmountUsd\n"
        "1,3,new,2026-05-01,EUR,90,9,100,10\n"
        "2,3,new,2026-05-01,EUR,,,100,10\n"
        "3,3,new,2026-05-01,EUR,90,,100,\n"
    )
    import_commissions(path, "cj")
    assert ask("select sale_amount::int, commission::int, currency::text from raw.affiliate_transactions order by 1") == [
        (90, 9, "EUR"), (100, 10, "USD"),
    ]
    assert ask("select reason from raw.rejects") == [("missing_commission",)]
    path.write_text("id,advertiser_id,commission_status,date,sale_amount,commission,sale_amount_currency,commission_currency\n"
                    "1,1,0,2026-05-01,100,5,GBP,EUR\n")
    assert import_commissions(path, "awin").rejected == 1
    assert ask("select reason from raw.rejects where merchant_id = 'awin'") == [("mixed_currencies",)]


def test_an_unknown_currency_is_refused() -> None:
    with pytest.raises(BadInputError, match="ISO 4217"):
        import_commissions(BAD / "lines.csv", "generic", currency="Fr.")
