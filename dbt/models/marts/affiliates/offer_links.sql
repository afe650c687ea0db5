{{ config(materialized='replaced') }}

with

offers as (
    select
        offer_id,
        merchant_id,
        url,
        affiliate_url
    from {{ ref('fct_offers') }}
    where is_live
),

programmes as (
    select * from {{ ref('int_affiliate_programmes') }}
),

networks as (
    select * from {{ ref('int_affiliate_networks') }}
    where hosts is not null
),

-- what a feed brought names its network by its host, else the merchant's programme does
fed as (
    select
        offers.offer_id,
        offers.merchant_id,
        offers.url,
        offers.affiliate_url,
        networks.sub_id_parameter
    from offers
    left join networks on offers.affiliate_url ~* ('^https?://([^/?#]*[.])?' || networks.hosts || '[/?]')
),

final as (
    select
        fed.offer_id,
        case
            when fed.affiliate_url is not null and coalesce(fed.sub_id_parameter, programmes.sub_id_parameter) is not null
                then {{ with_sub_id('fed.affiliate_url', 'coalesce(fed.sub_id_parameter, programmes.sub_id_parameter)') }}
            when fed.affiliate_url is not null then fed.affiliate_url
            when fed.url ~ '^https?://' and programmes.template is not null then programmes.template
            else nullif(fed.url, '')
        end as link
    from fed
    left join programmes on fed.merchant_id = programmes.merchant_id
)

select * from final
