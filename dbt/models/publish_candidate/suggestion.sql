{#- So much of a word is looked up; what is longer finds itself by search. -#}
{% set longest = 24 %}
{% set shown = 10 %}
{% set products = 5000 %}

with

terms as (
    select * from {{ ref('search_term') }}
    where kind in ('brand', 'category')
),

-- what so few typed may tell of them, and a long number is somebody's
queries as (
    select
        'query' as kind,
        written as label,
        written as value,
        searches as hits,
        term,
        0.5 * ln(1 + searches) as weight
    from {{ ref('search_popular_terms') }}
    where
        shoppers >= {{ var('suggestion_shoppers') }}
        and clicked > 0
        and searches > zero_results
        and length(term) between 2 and 60
        and written !~ '@|[0-9]{6}'
),

named as (
    select
        kind,
        case when kind = 'category' then initcap(replace(value, '_', ' ')) else value end as label,
        value,
        deals as hits,
        term,
        ln(1 + deals) as weight
    from terms
),

titled as (
    select
        'product' as kind,
        deal.title as label,
        deal.product_id::text as value,
        1 as hits,
        {{ searchable('deal.title') }} as term,
        doc.popularity as weight
    from {{ ref('deal') }} as deal
    inner join {{ ref('search_doc') }} as doc on deal.deal_id = doc.deal_id
    where doc.prank <= {{ products }} and deal.product_id is not null
),

everything as (
    select * from queries
    union all
    select * from named
    union all
    select * from titled
),

words as (
    select
        everything.kind,
        everything.value,
        listed.number,
        sum(length(listed.word) + 1) over (
            partition by everything.kind, everything.value, everything.term order by listed.number
        ) - length(listed.word) as first,
        everything.term
    from everything
    cross join regexp_split_to_table(everything.term, ' ') with ordinality as listed (word, number)
),

-- a phrase is found by its beginning, and by that of each of its words
starts as (
    select
        everything.*,
        substr(everything.term, words.first::integer) as rest,
        case when words.number = 1 then everything.weight else 0.6 * everything.weight end as strength
    from everything
    inner join words
        on everything.kind = words.kind and everything.value = words.value and everything.term = words.term
),

prefixes as (
    select distinct on (prefix, starts.kind, starts.value)
        rtrim(left(starts.rest, size.letters)) as prefix,
        starts.kind,
        starts.label,
        starts.value,
        starts.hits,
        starts.strength
    from starts
    cross join lateral generate_series(0, least(length(starts.rest), {{ longest }})) as size (letters)
    order by prefix, starts.kind, starts.value, starts.strength desc
),

ranked as (
    select
        *,
        row_number() over (partition by prefix order by strength desc, kind, label, value) as place
    from prefixes
),

final as (
    select
        prefix,
        jsonb_agg(jsonb_build_object('kind', kind, 'text', label, 'value', value, 'count', hits) order by place) as items,
        max(strength)::double precision as strength,
        {{ as_of() }} as as_of
    from ranked
    where place <= {{ shown }}
    group by prefix
)

select * from final
