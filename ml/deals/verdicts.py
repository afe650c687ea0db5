"""What a reference price is worth: the first verdict that applies, and none where we saw too little."""

import numpy as np
import pandas as pd

from ml.deals.config import DealsConfig

# Too little history comes before every rule but plain arithmetic: without it we neither convict nor acquit. Then the first that
# applies: what the merchant's own history shows, what other merchants show. (98/6/EC art. 6a, Google's sale annotation, 16 CFR
# 233.1.) Histories that were watched, convict nobody, and are still too short to acquit end as insufficient, too.
VERDICTS = (
    "ref_not_above_price", "insufficient_history", "discount_out_of_range", "ref_never_charged", "ref_below_30_of_200",
    "omnibus_overstated", "raised_before_sale", "permanent_sale", "cross_merchant_inflated", "genuine",
)


def verdicts(f: pd.DataFrame, config: DealsConfig) -> "pd.Series[str]":
    """The first of VERDICTS that applies, of candidates with claimed_pct, omnibus_pct and reference_reporting.

    - insufficient_history: fewer than `min_observed_days` of the 200 days observed, or a jump that nobody has seen to last; or
      nothing convicts, but the reference stood for fewer than 30 of days that were not well observed
    - ref_never_charged, ref_below_30_of_200: by the days for which the reference stood, a day between two looks at it included;
      the latter only when most of the 200 days were observed
    - omnibus_overstated convicts however few of the 30 days were seen: unseen ones could only lower the lowest price
    """
    observed, stood = f["observed_days_200d"].fillna(0), f["reference_days_200d"].fillna(0)
    charged = f["days_at_reference_200d"].fillna(0)
    short = stood < config.charged_days
    tests = {
        "ref_not_above_price": f["reference_price"].isna() | (f["reference_price"] <= f["price"]),
        "insufficient_history": (observed < config.min_observed_days) | _yes(f["price_unconfirmed"]),
        "discount_out_of_range": (f["discount_pct"] < config.min_discount) | (f["discount_pct"] > config.max_discount),
        "ref_never_charged": (charged == 0) & (stood < 1),
        "ref_below_30_of_200": (observed >= config.well_observed_days) & short,
        "omnibus_overstated": f["claimed_pct"] > f["omnibus_pct"] + config.omnibus_tolerance,
        "raised_before_sale": f["raised_before_sale"],
        "permanent_sale": f["on_sale_share_90d"] >= config.permanent_share,
        "cross_merchant_inflated": (f["merchants_for_product"] > config.inflated_merchants)
        & (f["reference_reporting"] > config.inflated_ratio * f["median_reference_reporting"]),
    }
    found = [_yes(test).to_numpy() for test in tests.values()]
    return pd.Series(np.select([*found, short], [*tests, "insufficient_history"], "genuine"), f.index, dtype="str")


def _yes(test: "pd.Series[bool]") -> "pd.Series[bool]":
    return test.fillna(False).astype(bool)
