{{ config(indexes=[{'columns': ['merchant_id', 'week'], 'unique': true}, {'columns': ['week']}]) }}

with

-- an observed drop is no promotion that anybody announced
deals as (
    select
        *,
        {{ discount_pct('lowest_price', 'reference_price') }} as discount_pct,
        {{ business_day('started_at') }} as first_day,
        least({{ business_day('ended_at') }}, {{ business_day(as_of()) }}) as last_day
    from {{ ref('fct_deals') }}
    where reference_kind <> 'observed' and started_at <= {{ as_of() }}
),

weeks as (
    select
        deals.*,
        weeks.week::date as week
    from deals
    cross join lateral generate_series(
        date_trunc('week', greatest(deals.first_day, {{ business_day(as_of()) }} - 364)::timestamp),
        deals.last_day::timestamp,
        interval '7 days'
    ) as weeks (week)
),

final as (
    select
        merchant_id,
        week,
        count(*)::integer as deals,
        count(*) filter (where first_day >= week)::integer as started,
        count(distinct offer_id)::integer as offers,
        round(avg(discount_pct), 2) as mean_discount_pct,
        max(discount_pct) as deepest_discount_pct,
        count(*) filter (where sale_end is not null)::integer as with_stated_end
    from weeks
    group by merchant_id, week
)

select * from final
