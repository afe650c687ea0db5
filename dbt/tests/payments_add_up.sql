-- Every payment that was taken or given back stands with one order, and no amount is lost on the way.
with

reconciled as (
    select
        coalesce(sum(payments + refunds), 0) as rows,
        coalesce(sum(paid - refunded), 0) as amount
    from {{ ref('fct_payment_reconciliation') }}
),

directed as (
    select
        abs(amount) as amount,
        {{ payment_direction('status', 'amount') }} as direction
    from {{ ref('fct_payments') }}
),

paid as (
    select
        count(*) as rows,
        coalesce(sum(case when direction = 'taken' then amount else -amount end), 0) as amount
    from directed
    where direction is not null
)

select
    reconciled.rows as reconciled_rows,
    paid.rows as paid_rows,
    reconciled.amount as reconciled_amount,
    paid.amount as paid_amount
from reconciled
cross join paid
where reconciled.rows <> paid.rows or reconciled.amount <> paid.amount
