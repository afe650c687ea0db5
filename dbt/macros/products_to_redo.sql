{#-
    Pre-hook of price_index_daily: the products whose offers changed, came or left, and those with prices of the last days that were
    exchanged, for the days' own rates may have come since. Their rows are forgotten; all rows, to start over.
-#}
{% macro note_products_to_redo() -%}
    {%- if execute and is_incremental() %}
        {%- set since = built_for() %}
        {%- if since %}
            create temporary table products_to_redo on commit drop as
            select product_id
            from {{ ref('int_offer_products') }}
            where offer_id in ({{ queued_offers() }})
            union
            select products.resolved_id
            from {{ source('predictions', 'offer_product') }} as matches
            inner join {{ ref('int_products') }} as products on matches.product_id = products.product_id
            where {{ came_after(since, 'matches.known_from') }} or {{ came_after(since, 'matches.valid_to') }}
            union
            -- a product that was merged away goes, the one that took it in grows
            select changes.product_id
            from {{ source('predictions', 'product_changes') }} as changes
            where {{ came_after(since, 'changes.as_of') }}
            union
            select products.resolved_id
            from {{ source('predictions', 'product_changes') }} as changes
            inner join {{ ref('int_products') }} as products on changes.product_id = products.product_id
            where {{ came_after(since, 'changes.as_of') }}
            union
            select product_id
            from {{ this }}
            where is_exchanged and day >= {{ business_day(since) }} - {{ var("rate_days") }} - 1;
            analyze products_to_redo;
            delete from {{ this }} as days
            using products_to_redo as redo
            where days.product_id = redo.product_id
        {%- else %}
            truncate {{ this }}
        {%- endif %}
    {%- endif %}
{%- endmacro %}

{#- Holds for what matching wrote since the last build; a build of the same instant looks at that instant again. -#}
{% macro came_after(since, instant) -%}
    ({{ instant }} > {{ since }} or ({{ instant }} = {{ since }} and {{ since }} = {{ as_of() }}))
{%- endmacro %}
