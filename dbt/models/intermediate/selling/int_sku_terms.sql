{{ config(indexes=[{'columns': ['sku', 'valid_from'], 'unique': true}]) }}

with

-- of one instant the update known last counts
updates as (
    select distinct on (sku, updated_at)
        sku,
        country,
        currency,
        coalesce(tax_class, 'standard') as tax_class,
        cost,
        reference_price,
        updated_at
    from {{ ref('stg_shop__product_updates') }}
    order by sku, updated_at, loaded_at desc, batch_id desc, row_no desc
),

termed as (
    select
        *,
        jsonb_build_array(country, currency, tax_class, cost, reference_price) as terms
    from updates
),

compared as (
    select
        *,
        lag(terms) over (partition by sku order by updated_at) as terms_before
    from termed
),

spans as (
    select
        *,
        row_number() over (partition by sku order by updated_at) as span,
        lead(updated_at) over (partition by sku order by updated_at) as next_updated_at
    from compared
    where terms is distinct from terms_before
),

final as (
    select
        sku,
        -- what was sold before the catalogue first named the article had its first known cost
        case when span = 1 then '-infinity' else updated_at end as valid_from,
        next_updated_at as valid_to,
        updated_at as stated_at,
        country,
        currency,
        tax_class,
        cost,
        reference_price
    from spans
)

select * from final
