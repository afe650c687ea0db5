{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook=["set local work_mem = '64MB'", "{{ take_news() }}", "{{ note_lines_to_redo() }}"],
    post_hook="{{ built() }}",
    indexes=[{'columns': ['order_id', 'line_no'], 'unique': true}, {'columns': ['day']}, {'columns': ['sku', 'day']}],
) }}
-- depends_on: {{ ref('stg_shop__order_line_updates') }}, {{ ref('stg_shop__order_updates') }}
-- depends_on: {{ ref('stg_shop__product_updates') }}, {{ ref('house_sku') }}, {{ ref('stg_reference__fx_rates') }}

with

lines as (
    select
        *,
        case
            when kind = 'sale' and quantity < 0 then 'return'
            else kind
        end as side
    from {{ ref('fct_order_lines') }}
    {%- if built_for() %}
    where (order_id, line_no) in (select redo.order_id, redo.line_no from lines_to_redo as redo)
    {%- endif %}
),

orders as (
    select * from {{ ref('fct_orders') }}
),

terms as (
    select * from {{ ref('int_sku_terms') }}
),

taxes as (
    select * from {{ ref('int_tax_rates') }}
),

rates as (
    select * from {{ ref('int_exchange_rates') }}
),

-- what comes back counts against us, whichever sign the shop gives it
signed as (
    select
        lines.order_id,
        lines.line_no,
        lines.sku,
        lines.side,
        lines.day,
        lines.unit_price_reporting,
        case lines.side when 'sale' then lines.quantity when 'return' then -abs(lines.quantity) else 0 end as units,
        case
            when lines.side = 'return' then -abs(lines.amount_reporting) else lines.amount_reporting
        end as revenue_reporting,
        coalesce(orders.country, terms.country) as country,
        coalesce(terms.tax_class, 'standard') as tax_class,
        orders.channel,
        {{ to_reporting('terms.cost', 'terms.currency', 'rates') }} as unit_cost_reporting,
        case
            when lines.event_at >= terms.stated_at then {{ to_reporting('terms.reference_price', 'terms.currency', 'rates') }}
        end as reference_reporting
    from lines
    left join orders on lines.order_id = orders.order_id
    left join terms
        on
            lines.sku = terms.sku
            and lines.event_at >= terms.valid_from
            and (terms.valid_to is null or lines.event_at < terms.valid_to)
    left join rates on terms.currency = rates.currency and lines.day = rates.day
    where not coalesce(orders.is_cancelled, false)
),

taxed as (
    select
        signed.*,
        round(signed.revenue_reporting * taxes.rate / (100 + taxes.rate), 4) as tax_reporting,
        case when signed.units = 0 then 0 else signed.unit_cost_reporting * signed.units end as cost_reporting
    from signed
    left join taxes
        on
            signed.country = taxes.country
            and signed.tax_class = taxes.tax_class
            and signed.day >= taxes.valid_from
            and (taxes.valid_to is null or signed.day < taxes.valid_to)
),

final as (
    select
        order_id,
        line_no,
        day,
        sku,
        side as kind,
        country,
        channel,
        units,
        revenue_reporting,
        tax_reporting,
        cost_reporting,
        revenue_reporting - tax_reporting - cost_reporting as margin_reporting,
        -- a unit's price in the reporting currency is rounded: nobody saves less than nothing by that
        case
            when units > 0 then greatest(greatest(reference_reporting, unit_price_reporting) * units - revenue_reporting, 0)
            when units < 0 then least(greatest(reference_reporting, unit_price_reporting) * units - revenue_reporting, 0)
        end as saved_reporting
    from taxed
)

select * from final
