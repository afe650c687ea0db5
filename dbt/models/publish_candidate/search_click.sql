with

clicks as (
    select * from {{ ref('search_clicks') }}
),

deals as (
    select
        deal_id,
        product_id
    from {{ ref('deal') }}
),

final as (
    select
        clicks.term,
        deals.deal_id,
        clicks.shoppers,
        {{ as_of() }} as as_of
    from clicks
    inner join deals on clicks.product_id = deals.product_id
    where clicks.shoppers >= {{ var('search_shoppers') }}
)

select * from final
