{#-
    Pre-hook of fct_line_margins: the lines about which something new came to be known, by themselves, their order, their article's
    terms, or their day's exchange rate. Those rows are forgotten.
-#}
{% macro note_lines_to_redo() -%}
    {%- if execute %}
        {%- set since = built_for() %}
        {%- if since %}
            create temporary table lines_to_redo on commit drop as
            select order_id, line_no
            from {{ ref('stg_shop__order_line_updates') }}
            where {{ is_news(since) }}
            union
            select lines.order_id, lines.line_no
            from {{ ref('stg_shop__order_updates') }} as orders
            inner join {{ ref('fct_order_lines') }} as lines on orders.order_id = lines.order_id
            where {{ is_news(since, 'orders') }}
            union
            -- terms stated late change what was sold under them; the first ones stand for the time before, too
            select lines.order_id, lines.line_no
            from (
                select
                    updates.sku,
                    case
                        when min(updates.updated_at) <= min(terms.stated_at) then '-infinity'
                        else min(updates.updated_at)
                    end as from_at
                from {{ ref('stg_shop__product_updates') }} as updates
                inner join {{ ref('int_sku_terms') }} as terms on updates.sku = terms.sku
                where {{ is_news(since, 'updates') }}
                group by updates.sku
            ) as stated
            inner join {{ ref('fct_order_lines') }} as lines
                on
                    stated.sku = lines.sku
                    and lines.event_at >= stated.from_at
                    and lines.day >= {{ business_day('stated.from_at') }}
            union
            -- the days' exchange rates may have come since
            select lines.order_id, lines.line_no
            from {{ ref('fct_order_lines') }} as lines
            left join {{ ref('house_sku') }} as skus on lines.sku = skus.sku
            where
                lines.day in ({{ days_with_rate_news(since) }})
                and (
                    lines.currency <> '{{ var("reporting_currency") }}' or skus.currency <> '{{ var("reporting_currency") }}'
                );
            analyze lines_to_redo;
            delete from {{ this }} as margins
            using lines_to_redo as redo
            where margins.order_id = redo.order_id and margins.line_no = redo.line_no
        {%- endif %}
    {%- endif %}
{%- endmacro %}
