-- Every customer who ordered belongs to one cohort, and every order of theirs to one of its months.
with

cohorts as (
    select
        coalesce(sum(customers) filter (where months_since = 0), 0) as customers,
        coalesce(sum(orders), 0) as orders
    from {{ ref('fct_cohort_retention') }}
),

value as (
    select
        count(*) filter (where orders > 0) as customers,
        coalesce(sum(orders), 0) as orders
    from {{ ref('customer_value') }}
)

select
    cohorts.customers as customers_of_cohorts,
    value.customers,
    cohorts.orders as orders_of_cohorts,
    value.orders
from cohorts
cross join value
where cohorts.customers <> value.customers or cohorts.orders <> value.orders
