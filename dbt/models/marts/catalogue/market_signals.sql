{{ config(indexes=[{'columns': ['product_id', 'signal'], 'unique': true}, {'columns': ['signal']}]) }}

with

offers as (
    select * from {{ ref('fct_product_offers') }}
    where is_live and band <> 'review'
),

products as (
    select * from {{ ref('dim_product') }}
),

-- a day that ended at least 1 % below where its price stood
cuts as (
    select
        offers.product_id,
        daily.merchant_id,
        daily.day,
        round(100 * (1 - daily.price / daily.high), 2) as cut_pct
    from {{ ref('fct_price_daily') }} as daily
    inner join offers on daily.offer_id = offers.offer_id
    where
        daily.day > {{ business_day(as_of()) }} - 7
        and not daily.is_glitch
        and daily.price < 0.99 * daily.high
),

wars as (
    select
        product_id,
        'price_war' as signal,
        count(distinct merchant_id)::integer as merchants,
        min(day) as since,
        format('%s cuts by %s merchants, the deepest of %s %%', count(*), count(distinct merchant_id), max(cut_pct)) as reason
    from cuts
    group by product_id
    having count(distinct merchant_id) > 1 and count(*) > 2
),

-- no signal without an offer that is sold out
stocks as (
    select
        product_id,
        count(distinct merchant_id) filter (where not is_house)::integer as rivals,
        count(distinct merchant_id) filter (where not is_house and availability <> 'out_of_stock')::integer as rivals_in_stock,
        bool_or(availability <> 'out_of_stock') filter (where is_house) as we_have_it,
        {{ business_day('max(changed_at)') }} as since
    from offers
    where product_id in (select sold_out.product_id from offers as sold_out where sold_out.availability = 'out_of_stock')
    group by product_id
),

outages as (
    select
        product_id,
        case when we_have_it then 'only_we_have_it' when rivals_in_stock > 0 then 'only_we_are_out' else 'sold_out' end as signal,
        case when rivals_in_stock > 0 then rivals_in_stock else rivals end as merchants,
        since,
        format('%s of %s merchants have it', rivals_in_stock, rivals) as reason
    from stocks
    where (rivals > 1 and rivals_in_stock = 0) or (rivals_in_stock > 0 and not we_have_it)
),

signals as (
    select * from wars
    union all
    select * from outages
),

final as (
    select
        signals.product_id,
        signals.signal,
        products.title,
        products.category,
        products.house_sku,
        signals.merchants,
        signals.since,
        signals.reason
    from signals
    inner join products on signals.product_id = products.product_id
)

select * from final
