{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook=[
        "set local work_mem = '128MB'",
        "{{ forget_queued_offers() }}",
    ],
    post_hook=["{{ clear_queue() }}", "{{ built() }}"],
    indexes=[{'columns': ['deal_id'], 'unique': true}, {'columns': ['offer_id']}],
) }}

with

-- a glitch is no step: the price before it stood on
versions as (
    select
        offer_id,
        merchant_id,
        country,
        currency,
        settled_price as price,
        settled_reference_price as reference_price,
        reference_kind,
        sale_end,
        valid_from,
        valid_to,
        known_from,
        known_to
    from {{ ref('int_offer_versions') }}
    {%- if built_for() %}
    where offer_id in ({{ queued_offers() }})
    {%- endif %}
),

-- a version may differ from the one before in its title alone: only changes of money make a step
befores as (
    select
        *,
        lag(valid_to) over before as valid_to_before,
        lag(price) over before as price_before,
        lag(currency) over before as currency_before,
        lag(reference_price) over before as reference_price_before,
        lag(sale_end) over before as sale_end_before
    from versions
    window before as (partition by offer_id order by valid_from)
),

numbered as (
    select
        *,
        count(*) filter (
            where valid_from is distinct from valid_to_before
            or price <> price_before
            or currency <> currency_before
            or reference_price is distinct from reference_price_before
            or sale_end is distinct from sale_end_before
        ) over (partition by offer_id order by valid_from) as step
    from befores
),

periods as (
    select
        offer_id,
        merchant_id,
        country,
        currency,
        price,
        reference_price,
        max(reference_kind) as reference_kind,
        sale_end,
        min(valid_from) as started_at,
        nullif(max(coalesce(valid_to, 'infinity')), 'infinity') as ended_at,
        min(known_from) as known_from,
        max(greatest(known_from, known_to)) as known_at
    from numbered
    group by offer_id, merchant_id, country, currency, price, reference_price, sale_end, step
),

-- the offer's own level: the highest price in force at any moment of the 30 days before
levelled as (
    select
        *,
        greatest(
            max(price) over recent,
            case when last_value(ended_at) over older > started_at - interval '30 days' then last_value(price) over older end
        ) as level
    from periods
    window
        recent as (
            partition by offer_id, currency order by started_at
            range between interval '30 days' preceding and interval '1 microsecond' preceding
        ),
        older as (
            partition by offer_id, currency order by started_at
            range between unbounded preceding and interval '30 days' preceding
        )
),

-- a stated reference price reduces for as long as it stands; a fall below the own level for the 30 days that remember the level
reduced as (
    select
        offer_id,
        merchant_id,
        country,
        currency,
        price,
        case when reference_price > price then reference_price else level end as reference_price,
        case when reference_price > price then coalesce(reference_kind, 'list') else 'observed' end as reference_kind,
        sale_end,
        started_at,
        case
            when reference_price > price then ended_at
            else least(ended_at, started_at + interval '30 days')
        end as ended_at,
        known_from,
        known_at
    from levelled
    where reference_price > price or price <= level * (1 - {{ var("observed_drop") }})
),

chained as (
    select
        *,
        lag(ended_at) over (partition by offer_id order by started_at) as ended_before
    from reduced
),

episodes as (
    select
        *,
        count(*) filter (where started_at is distinct from ended_before)
            over (partition by offer_id order by started_at)
            as episode
    from chained
),

final as (
    select
        md5(
            offer_id::text || '|' || to_char(min(started_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS')
        )::uuid as deal_id,
        offer_id,
        merchant_id,
        country,
        min(started_at) as started_at,
        nullif(max(coalesce(ended_at, 'infinity')), 'infinity') as ended_at,
        (array_agg(price order by started_at))[1] as first_price,
        (array_agg(price order by started_at desc))[1] as price,
        min(price) as lowest_price,
        (array_agg(currency order by started_at desc))[1] as currency,
        (array_agg(reference_price order by started_at desc))[1] as reference_price,
        (array_agg(reference_kind order by started_at desc))[1] as reference_kind,
        (array_agg(sale_end order by started_at desc))[1] as sale_end,
        count(*)::integer as steps,
        min(known_from) as known_from,
        max(known_at) as known_at
    from episodes
    group by offer_id, merchant_id, country, episode
)

select * from final
