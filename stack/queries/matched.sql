select count(*), count(distinct product_id)
from predictions.offer_product
where valid_to is null and band <> 'apart';
