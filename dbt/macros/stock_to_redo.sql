{#-
    Pre-hook of fct_inventory_ledger: from which day on the stock of an article at a location must be told anew, because something
    came to be known of that day, or because what lay ahead has come; and what lay there before. Those rows are forgotten.
-#}
{% macro note_stock_to_redo() -%}
    {%- if execute %}
        {%- set since = built_for() %}
        {%- if since %}
            create temporary table stock_to_redo on commit drop as
            select news.*, coalesce(last_day.closing, 0) as opening
            from (
                select sku, location, min({{ business_day('event_at') }}) as from_day
                from (
                    select sku, location, event_at
                    from {{ ref('stg_shop__inventory_movement_updates') }}
                    where {{ is_news(since) }}
                    union all
                    select sku, location, event_at
                    from {{ ref('stg_shop__inventory_movement_updates') }}
                    where event_at > {{ since }}
                ) as updates
                group by sku, location
            ) as news
            left join lateral (
                select days.closing
                from {{ this }} as days
                where days.sku = news.sku and days.location = news.location and days.day < news.from_day
                order by days.day desc
                limit 1
            ) as last_day on true;
            analyze stock_to_redo;
            delete from {{ this }} as days
            using stock_to_redo as redo
            where days.sku = redo.sku and days.location = redo.location and days.day >= redo.from_day
        {%- endif %}
    {%- endif %}
{%- endmacro %}
