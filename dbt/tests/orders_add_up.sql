-- Orders, lines and payments: as many and as much in the mart as in staging, and as many as raw knows at as_of.
with

raw_counts as (
    select
        'orders' as fact,
        count(*) as rows
    from (select distinct shop_id, order_id from {{ source('raw_shop', 'shop_orders') }} where {{ known() }}) as keys
    union all
    select
        'order lines' as fact,
        count(*) as rows
    from (
        select distinct
            shop_id,
            order_id,
            line_no
        from {{ source('raw_shop', 'shop_order_lines') }}
        where {{ known() }}
    ) as keys
    union all
    select
        'payments' as fact,
        count(*) as rows
    from (select distinct shop_id, payment_id from {{ source('raw_shop', 'shop_payments') }} where {{ known() }}) as keys
),

staged as (
    select
        'orders' as fact,
        count(*) as rows,
        sum(total) as amount
    from {{ ref('stg_shop__orders') }}
    union all
    select
        'order lines' as fact,
        count(*) as rows,
        sum(unit_price * quantity - coalesce(discount, 0)) as amount
    from {{ ref('stg_shop__order_lines') }}
    union all
    select
        'payments' as fact,
        count(*) as rows,
        sum(amount) as amount
    from {{ ref('stg_shop__payments') }}
),

kept as (
    select
        'orders' as fact,
        count(*) as rows,
        sum(total) as amount
    from {{ ref('fct_orders') }}
    union all
    select
        'order lines' as fact,
        count(*) as rows,
        sum(amount) as amount
    from {{ ref('fct_order_lines') }}
    union all
    select
        'payments' as fact,
        count(*) as rows,
        sum(amount) as amount
    from {{ ref('fct_payments') }}
)

select
    staged.fact,
    raw_counts.rows as raw_rows,
    staged.rows as staged_rows,
    kept.rows as kept_rows,
    staged.amount as staged_amount,
    kept.amount as kept_amount
from staged
inner join raw_counts on staged.fact = raw_counts.fact
inner join kept on staged.fact = kept.fact
where
    raw_counts.rows <> staged.rows
    or staged.rows <> kept.rows
    or staged.amount is distinct from kept.amount
