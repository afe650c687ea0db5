with
answers as (
    select distinct on (offer_a, offer_b) *
    from ops.match_reviews
    order by offer_a, offer_b, review_id desc
)
select
    r.offer_a, r.offer_b, r.answer, r.reviewer, r.note, r.shown,
    to_char(r.reviewed_at, 'YYYY-MM-DD HH24:MI') as reviewed_at,
    case
        when r.answer = 'unsure' then 'not asked again'
        when (r.answer = 'same') = (pa.product_id = pb.product_id) then 'obeyed'
        when r.as_of < (select max(as_of) from predictions.run where capability = 'matching' and status = 'complete')
            then 'contradicts another answer'
        else 'waits for the next matching'
    end as state
from answers as r
left join predictions.offer_product as pa on r.offer_a = pa.offer_id and pa.valid_to is null
left join predictions.offer_product as pb on r.offer_b = pb.offer_id and pb.valid_to is null
where r.answer <> 'withdrawn'
order by r.review_id desc
limit :most
