-- Why a deal is over that was shown in the last days, or no row.
select
    reason,
    product_id
from publish.gone_deal
where version = %(gone_deal)s and deal_id = %(deal_id)s
