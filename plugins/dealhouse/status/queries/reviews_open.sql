with
answers as (
    select distinct on (offer_a, offer_b) offer_a, offer_b, answer
    from ops.match_reviews
    order by offer_a, offer_b, review_id desc
),
questions as (
    select
        c.offer_a, c.offer_b, c.probability, c.priority, c.spoke,
        pa.product_id as product_a, pb.product_id as product_b, pa.product_id = pb.product_id as is_together
    from predictions.match_candidates as c
    inner join predictions.offer_product as pa on c.offer_a = pa.offer_id and pa.valid_to is null
    inner join predictions.offer_product as pb on c.offer_b = pb.offer_id and pb.valid_to is null
    left join answers on c.offer_a = answers.offer_a and c.offer_b = answers.offer_b
    where answers.answer is null or answers.answer = 'withdrawn'
)
select
    q.*,
    to_jsonb(a) as a,
    to_jsonb(b) as b,
    (select count(*) from predictions.offer_product as p where p.product_id = q.product_a and p.valid_to is null) as size_a,
    (select count(*) from predictions.offer_product as p where p.product_id = q.product_b and p.valid_to is null) as size_b,
    count(*) over () as open
from questions as q
inner join marts.fct_offers as a on q.offer_a = a.offer_id
inner join marts.fct_offers as b on q.offer_b = b.offer_id
where
    :wanted = ''
    or position(:wanted in lower(concat_ws(' ', a.title, a.brand, a.merchant_id, b.title, b.brand, b.merchant_id))) > 0
order by q.priority desc, q.offer_a, q.offer_b
limit :most
