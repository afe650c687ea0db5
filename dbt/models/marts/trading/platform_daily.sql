{{ config(indexes=[{'columns': ['day'], 'unique': true}]) }}

with

sales as (
    select
        day,
        sum(orders) as orders,
        sum(net_reporting) as net_reporting,
        sum(tax_reporting) as tax_reporting,
        sum(margin_reporting) as margin_reporting,
        sum(saved_reporting) as saved_reporting
    from {{ ref('fct_sales_daily') }}
    group by day
),

commissions as (
    select
        day,
        count(*) filter (where status <> 'declined') as transactions,
        sum(sale_reporting) filter (where status <> 'declined') as merchants_sales_reporting,
        sum(commission_reporting) filter (where status <> 'declined') as commission_reporting,
        sum(commission_reporting) filter (where status = 'approved') as approved_reporting,
        count(*) filter (where status <> 'declined' and commission_reporting is null) as transactions_without_rate
    from {{ ref('fct_affiliate_transactions') }}
    group by day
),

days as (
    select day from sales
    union
    select day from commissions
),

final as (
    select
        days.day,
        coalesce(sales.orders, 0)::integer as orders,
        coalesce(sales.net_reporting, 0) as net_reporting,
        coalesce(sales.tax_reporting, 0) as tax_reporting,
        coalesce(sales.margin_reporting, 0) as margin_reporting,
        coalesce(commissions.transactions, 0)::integer as transactions,
        coalesce(commissions.merchants_sales_reporting, 0) as merchants_sales_reporting,
        coalesce(commissions.commission_reporting, 0) as commission_reporting,
        coalesce(commissions.approved_reporting, 0) as approved_reporting,
        coalesce(sales.net_reporting, 0) - coalesce(sales.tax_reporting, 0)
        + coalesce(commissions.commission_reporting, 0) as platform_revenue_reporting,
        coalesce(sales.margin_reporting, 0) + coalesce(commissions.commission_reporting, 0) as contribution_reporting,
        coalesce(sales.saved_reporting, 0) as saved_reporting,
        coalesce(commissions.transactions_without_rate, 0)::integer as transactions_without_rate
    from days
    left join sales on days.day = sales.day
    left join commissions on days.day = commissions.day
)

select * from final
