-- registered merchants whose name or id holds the words
select
    registry.merchant_id as subject_id,
    registry.name as title,
    null as brand,
    null as category,
    null as description,
    null as image_url,
    registry.base_url as url,
    registry.platform || coalesce(' · opted out: ' || gone.reason, '') as facts
from raw.merchant_registry as registry
left join ops.opted_out_merchants as gone on registry.merchant_id = gone.merchant_id
where registry.name ilike :like or registry.merchant_id ilike :like
order by registry.merchant_id
limit :most
