-- By every rule the weights of an order add up to 1, and no order that was not cancelled is missing.
{%- set rules = ['first_touch', 'last_touch', 'linear', 'time_decay', 'position_based', 'markov'] %}
with

orders as (
    select order_id from {{ ref('fct_orders') }}
    where not is_cancelled and event_at <= {{ as_of() }}
),

weights as (
    select
        {%- for rule in rules %}
        sum({{ rule }}) as {{ rule }},
        {%- endfor %}
        order_id
    from {{ ref('fct_attribution') }}
    group by order_id
)

select
    orders.order_id as ordered,
    weights.*
from orders
full outer join weights on orders.order_id = weights.order_id
where
    orders.order_id is null
    or weights.order_id is null
    {%- for rule in rules %}
    or abs(weights.{{ rule }} - 1) > 0.000001
    {%- endfor %}
