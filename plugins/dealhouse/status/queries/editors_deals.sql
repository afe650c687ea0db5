-- published deals whose title, brand or ids hold the words
select
    deal.deal_id::text as subject_id,
    deal.title,
    deal.brand,
    deal.category,
    deal.description,
    deal.image_url,
    deal.url,
    deal.merchant_name || ' · ' || deal.price || ' ' || deal.currency || coalesce(' · −' || round(deal.discount_pct) || ' %', '')
    || ' · ' || deal.verdict as facts
from publish.deal as deal
inner join publish.current as live on live.dataset = 'deal' and deal.version = live.version
where
    deal.title ilike :like or deal.brand ilike :like
    or :wanted in (deal.deal_id::text, deal.offer_id::text, deal.product_id::text, deal.merchant_id)
order by deal.popularity desc nulls last, deal.deal_id
limit :most
