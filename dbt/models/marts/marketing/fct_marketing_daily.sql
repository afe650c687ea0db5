{{ config(indexes=[{'columns': ['day', 'channel', 'country'], 'unique': true}]) }}
{%- set models = ['first_touch', 'last_touch', 'linear', 'time_decay', 'position_based', 'markov'] %}

with

spend as (
    select * from {{ ref('stg_shop__marketing_spend') }}
),

rates as (
    select * from {{ ref('int_exchange_rates') }}
),

costs as (
    select
        spend.day,
        spend.channel,
        {{ or_unknown('spend.country') }} as country,
        sum(spend.impressions)::bigint as impressions,
        sum(spend.clicks)::bigint as clicks,
        -- a part without a rate leaves the whole unknown
        case
            when count(*) = count({{ to_reporting('spend.amount', 'spend.currency', 'rates') }})
                then sum({{ to_reporting('spend.amount', 'spend.currency', 'rates') }})
        end as cost_reporting
    from spend
    left join rates on spend.currency = rates.currency and spend.day = rates.day
    group by spend.day, spend.channel, {{ or_unknown('spend.country') }}
),

visits as (
    select
        day,
        channel,
        country,
        sum(sessions)::integer as sessions
    from {{ ref('fct_funnel_daily') }}
    group by day, channel, country
),

sales as (
    select
        day,
        channel,
        {{ or_unknown('country') }} as country,
        {%- for model in models %}
        sum({{ model }}) as orders_{{ model }},
        coalesce(sum({{ model }} * total_reporting), 0) as revenue_{{ model }},
        {%- endfor %}
        coalesce(sum(last_touch) filter (where is_first_order), 0) as new_customers_last_touch,
        coalesce(sum(markov) filter (where is_first_order), 0) as new_customers_markov
    from {{ ref('fct_attribution') }}
    group by day, channel, {{ or_unknown('country') }}
),

grid as (
    select day, channel, country from costs
    union
    select day, channel, country from visits
    union
    select day, channel, country from sales
),

final as (
    select
        grid.day,
        grid.channel,
        grid.country,
        case when costs.day is null then 0 else costs.cost_reporting end as cost_reporting,
        costs.impressions,
        costs.clicks,
        coalesce(visits.sessions, 0) as sessions,
        {%- for model in models %}
        coalesce(sales.orders_{{ model }}, 0) as orders_{{ model }},
        round(coalesce(sales.revenue_{{ model }}, 0), 4) as revenue_{{ model }},
        {%- endfor %}
        coalesce(sales.new_customers_last_touch, 0) as new_customers_last_touch,
        coalesce(sales.new_customers_markov, 0) as new_customers_markov,
        round(costs.cost_reporting / nullif(sales.new_customers_last_touch, 0), 4) as cac_last_touch,
        round(costs.cost_reporting / nullif(sales.new_customers_markov, 0), 4) as cac_markov,
        round(sales.revenue_last_touch / nullif(costs.cost_reporting, 0), 4) as roas_last_touch,
        round(sales.revenue_markov / nullif(costs.cost_reporting, 0), 4) as roas_markov
    from grid
    left join costs on grid.day = costs.day and grid.channel = costs.channel and grid.country = costs.country
    left join visits on grid.day = visits.day and grid.channel = visits.channel and grid.country = visits.country
    left join sales on grid.day = sales.day and grid.channel = sales.channel and grid.country = sales.country
)

select * from final
