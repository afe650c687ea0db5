with

registry as (
    select * from {{ ref('stg_merchants__registry') }}
    where affiliate is not null
),

networks as (
    select * from {{ ref('int_affiliate_networks') }}
),

named as (
    select
        registry.merchant_id,
        registry.affiliate,
        registry.affiliate ->> 'network' as network,
        registry.affiliate ->> 'merchant' as programme_id,
        networks.sub_id_parameter,
        {{ fill_slot('networks.template', 'template', 'registry.affiliate') }} as template
    from registry
    left join networks on registry.affiliate ->> 'network' = networks.network
),

to_whom as (
    select
        *,
        {{ fill_slot('template', 'merchant', 'affiliate') }} as to_merchant
    from named
),

by_whom as (
    select
        *,
        {{ fill_slot('to_merchant', 'publisher', 'affiliate') }} as by_publisher
    from to_whom
),

placed as (
    select
        *,
        {{ fill_slot('by_publisher', 'domain', 'affiliate') }} as on_domain
    from by_whom
),

final as (
    select
        merchant_id,
        network,
        programme_id,
        sub_id_parameter,
        {{ fill_slot('on_domain', 'ad', 'affiliate') }} as template
    from placed
)

select * from final
