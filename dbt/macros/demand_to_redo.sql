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
                -- all that was ever told of an order's lines: one may have stood on another day before
                select sku, {{ business_day('event_at') }} as day
                from {{ ref('stg_shop__order_line_updates') }}
                where order_id = any(
                    array(select order_id from {{ ref('stg_shop__order_line_updates') }} where {{ is_news(since) }})
                )
                union all
                select lines.sku, lines.day
                from {{ ref('stg_shop__order_updates') }} as orders
                inner join {{ ref('fct_order_lines') }} as lines on orders.order_id = lines.order_id
                where {{ is_news(since, 'orders') }}
                union all
                select sku, {{ business_day('event_at') }} as day
                from {{ ref('stg_shop__inventory_movement_updates') }}
                where {{ is_news(since) }}
                union all
                -- movements dated ahead when they came to be known
                select sku, {{ business_day('event_at') }} as day
                from {{ ref('stg_shop__inventory_movement_updates') }}
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
                -- the days' exchange rates may have come since: those of what was sold, and those of prices
                select sku, day
                from {{ ref('fct_order_lines') }}
                where {{ may_have_another_rate(since) }}
                union all
                select skus.sku, days.day
                from {{ ref('house_sku') }} as skus
                cross join (select min(day) as day from ({{ days_with_rate_news(since) }}) as news) as days
                where skus.currency <> '{{ var("reporting_currency") }}'
            ) as news
            group by sku;
            analyze demand_to_redo;
            delete from {{ this }} as days
            using demand_to_redo as redo
            where days.sku = redo.sku and days.day >= redo.from_day;
            {{ note_demand_to_fill(since) }}
        {%- endif %}
    {%- endif %}
{%- endmacro %}

{#- From which day on each article's demand is missing; of an article without any, from where it was listed or sold first. -#}
{% macro note_demand_to_fill(since) -%}
    create temporary table demand_to_fill on commit drop as
    select
        articles.sku,
        case
            when articles.is_told then articles.from_day
            else greatest(articles.from_day, least(articles.listed_day, sold.day))
        end as first_day
    from (
        select
            told.sku,
            min(told.listed_day) as listed_day,
            coalesce(min(redo.from_day), {{ business_day(since) }}) as from_day,
            exists (select from {{ this }} as days where days.sku = told.sku) as is_told
        from (
            select sku, {{ business_day('first_listed_at') }} as listed_day
            from {{ ref('house_sku') }}
            union all
            select sku, null from demand_to_redo
            union all
            select sku, null from {{ this }} where day = {{ business_day(since) }} - 1
        ) as told
        left join demand_to_redo as redo on told.sku = redo.sku
        group by told.sku
    ) as articles
    left join lateral (
        select min(lines.day) as day
        from {{ ref('fct_order_lines') }} as lines
        left join {{ ref('fct_orders') }} as orders on lines.order_id = orders.order_id
        where not articles.is_told and lines.sku = articles.sku and {{ is_wanted('lines', 'orders') }}
    ) as sold on true
    where articles.is_told or articles.listed_day is not null or sold.day is not null;
    analyze demand_to_fill
{%- endmacro %}

{#- Holds for a line that tells of demand; one whose order was refused does, too. -#}
{% macro is_wanted(lines, orders) -%}
    {{ lines }}.kind = 'sale' and {{ lines }}.quantity > 0 and not coalesce({{ orders }}.is_cancelled, false)
{%- endmacro %}
