import pytest

from ml.deals.model import EVIDENCE
from ml.deals.verdicts import VERDICTS
from serving.storefront import evidence, words
from serving.storefront.evidence import sentences


@pytest.mark.parametrize(
    ("found", "lines"),
    [
        ({"observed_days_30d": 12}, ["We saw this offer on 12 of the 30 days before the deal."]),
        ({"merchants_for_product": 3}, ["3 merchants sell this product."]),
        ({"merchants_for_product": 1}, ["Nobody else that we watch sells this product."]),
        ({"lowest_price_30d_before": 19.5}, ["The lowest price that we saw in the 30 days before the deal was 19.50\u00a0SEK."]),
        ({"median_competitor_reporting": "7"}, ["Competitors usually ask €7.00."]),
        ({"raised_before_sale": True}, ["The price was raised shortly before the sale."]),
        ({"suspicious_pricing": False, "has_gtin": True, "impressions_30d": 9}, []),
        (
            {"omnibus_pct": 12.4, "claimed_pct": 30.2},
            ["The merchant claims 30\u2009% off.", "Against the lowest price of the 30 days before, it is 12\u2009% off."],
        ),
        (
            {"claimed_pct": 14.08, "reference_kind": "observed"},
            ["It costs 14\u2009% less than at its dearest in the 30 days before."],
        ),
        ({"claimed_pct": 14.08, "reference_kind": "regular"}, ["The merchant claims 14\u2009% off."]),
        ({"omnibus_pct": -4.0}, ["It is no cheaper than the lowest price of the 30 days before."]),
        ({"reduced_since": "2026-04-20T10:15:00+00:00"}, ["It has been reduced since 20 Apr 2026."]),
        ({"price_unconfirmed": False}, []),
        ({"on_sale_share_90d": 0.5}, ["It was on sale 50\u2009% of the last 90 days."]),
        ({"something_new": 0.25, "of_it": None}, ["Something new: 0.25"]),
        ([{"code": "x", "text": "Told by the model."}, "And this."], ["Told by the model.", "And this."]),
        ({"checks": [{"reason": "Deep inside."}]}, ["Deep inside."]),
        ({"mean_price_30": "none"}, []),
        (None, []),
        ("A line.", ["A line."]),
    ],
)
def test_evidence_of_any_shape_becomes_sentences(found: object, lines: list[str]) -> None:
    assert sentences(found, "SEK", "EUR") == lines


def test_every_verdict_and_every_piece_of_evidence_of_the_model_has_its_words() -> None:
    assert set(VERDICTS) <= set(words.VERDICTS)
    assert set(EVIDENCE) <= set(evidence._ORDER) | evidence.SILENT
