{#- Beyond so many, the rarest words go: what corrects spelling stays small in every process. -#}
{% set kept = 100000 %}

with

deals as (
    select
        deal_id,
        title,
        brand,
        category,
        subcategory
    from {{ ref('search_doc') }}
),

written as (
    select
        deal_id,
        concat_ws(' ', title, brand, category, subcategory) as told
    from deals
),

words as (
    select
        'word' as kind,
        listed.word as term,
        listed.word as value,
        count(distinct written.deal_id)::integer as deals
    from written
    cross join lateral regexp_split_to_table({{ searchable('written.told') }}, ' ') as listed (word)
    where length(listed.word) between 3 and 40
    group by listed.word
    order by deals desc, term
    limit {{ kept }}
),

brands as (
    select
        'brand' as kind,
        {{ searchable('brand') }} as term,
        mode() within group (order by brand) as value,
        count(*)::integer as deals
    from deals
    group by {{ searchable('brand') }}
),

categories as (
    select
        'category' as kind,
        {{ searchable('named.category') }} as term,
        mode() within group (order by named.category) as value,
        count(distinct deals.deal_id)::integer as deals
    from deals
    cross join lateral (values (deals.category), (deals.subcategory)) as named (category)
    group by {{ searchable('named.category') }}
),

everything as (
    select * from words
    union all
    select * from brands
    union all
    select * from categories
),

final as (
    select
        kind,
        term,
        value,
        deals,
        {{ as_of() }} as as_of
    from everything
    where term <> ''
)

select * from final
