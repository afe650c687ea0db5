{#-
    Pre-hook of fct_demand_daily: from which day on each article must be computed anew, because something came to be known
    of that day; articles without news go on where the last build ended. Those rows are forgotten.
-#}
{% macro note_demand_to_redo() -%}
    {%- if execute %}
        {%- set since = built_for() %}
        {%- if since %}
            create temporary table demand_to_redo on commit drop as
            select sku, least(min(day), {{ business_day(since) }}) as from_day
            from (
                select sku, {{ business_day('event_at') }} as day
                from {{ ref('stg_shop__order_line_updates') }}
                where {{ is_news(since) }}
                union all
                select lines.sku, lines.day
                from {{ ref('stg_shop__order_updates') }} as orders
                inner join {{ ref('fct_order_lines') }} as lines on orders.order_id = lines.order_id
                where {{ is_news(since, 'orders') }}
                union all
                select sku, {{ business_day('event_at') }} as day
                from {{ ref('stg_shop__inventory_movements') }}
                where {{ is_news(since) }}
                union all
                -- movements dated ahead when they came to be known
                select sku, {{ business_day('event_at') }} as day
                from {{ ref('stg_shop__inventory_movements') }}
                where event_at > {{ since }}
                union all
                select sku, {{ business_day('updated_at') }} as day
                from {{ ref('stg_shop__product_updates') }}
                where {{ is_news(since) }}
                union all
                -- an article's category is that of all its days, and its first update names them
                select stated.sku, '-infinity'::date as day
                from (
                    select updates.sku, min(updates.updated_at) as first_at
                    from {{ ref('stg_shop__product_updates') }} as updates
                    where {{ is_news(since, 'updates') }}
                    group by updates.sku
                ) as stated
                inner join {{ ref('house_sku') }} as skus on stated.sku = skus.sku
                left join lateral (
                    select days.category
                    from {{ this }} as days
                    where days.sku = stated.sku
                    order by days.day desc
                    limit 1
                ) as last_day on true
                where stated.first_at <= skus.first_listed_at or last_day.category <> skus.category
                union all
                -- every known form of a promotion that changed: it may have begun earlier before
                select promotions.sku, {{ business_day('promotions.starts_at') }} as day
                from {{ ref('stg_shop__promotion_updates') }} as promotions
                where promotions.promotion_id in (
                    select promotion_id from {{ ref('stg_shop__promotion_updates') }} where {{ is_news(since) }}
                )
                union all
                -- the days' own exchange rates may have come since
                select sku, {{ business_day(since) }} - {{ var("rate_days") }} - 1 as day
                from {{ ref('house_sku') }}
                where currency <> '{{ var("reporting_currency") }}'
            ) as news
            group by sku;
            delete from {{ this }} as days
            using demand_to_redo as redo
            where days.sku = redo.sku and days.day >= redo.from_day
        {%- endif %}
    {%- endif %}
{%- endmacro %}
