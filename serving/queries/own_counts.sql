-- How much of each kind the customer keeps.
select
    (select count(*) from inbox.saved_deal where customer_key = %(customer_key)s and removed_at is null) as saved_deals,
    (select count(*) from inbox.saved_search where customer_key = %(customer_key)s and removed_at is null) as saved_searches,
    (select count(*) from inbox.alert where customer_key = %(customer_key)s and status = 'active') as alerts,
    (select count(*) from inbox.not_interested where customer_key = %(customer_key)s and removed_at is null) as not_interested
