{{ config(indexes=[{'columns': ['country', 'tax_class', 'valid_from'], 'unique': true}]) }}

with

rates as (
    select * from {{ ref('tax_rates') }}
),

stated as (
    select
        country,
        tax_class,
        valid_from,
        lead(valid_from) over (partition by country, tax_class order by valid_from) as valid_to,
        rate
    from rates
),

-- what is free of tax is so wherever the tax is known
free as (
    select
        country,
        'zero' as tax_class,
        min(valid_from) as valid_from,
        null::date as valid_to,
        0.00 as rate
    from rates
    group by country
),

final as (
    select * from stated
    union all
    select * from free
)

select * from final
