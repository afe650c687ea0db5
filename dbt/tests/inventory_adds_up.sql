-- The ledger's last closings are the stock of an article, and each day opens where the one before it closed.
with

ledger as (
    select
        *,
        lag(closing, 1, 0) over (partition by sku, location order by day) as closed_before,
        row_number() over (partition by sku, location order by day desc) as days_ahead
    from {{ ref('fct_inventory_ledger') }}
),

last_closings as (
    select
        sku,
        sum(closing) as stock
    from ledger
    where days_ahead = 1
    group by sku
),

stock as (
    select * from {{ ref('int_stock') }}
)

select
    coalesce(stock.sku, last_closings.sku) as sku,
    'the ledger ends elsewhere' as fault
from stock
full outer join last_closings on stock.sku = last_closings.sku
where stock.stock is distinct from last_closings.stock
union all
select
    sku,
    'a day opens elsewhere' as fault
from ledger
where opening <> closed_before
