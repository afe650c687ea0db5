-- Save a deal that is published, unless it is saved already; no row where no such deal is published.
insert into inbox.saved_deal as saved (customer_key, deal_id, product_id)
select
    %(customer_key)s::text,
    deal.deal_id,
    deal.product_id
from publish.deal as deal
where deal.version = %(deal)s and deal.deal_id = %(deal_id)s::uuid
on conflict (customer_key, deal_id) do update
    set
        saved_at = case when saved.removed_at is null then saved.saved_at else clock_timestamp() end,
        removed_at = null,
        product_id = excluded.product_id
returning saved.deal_id
