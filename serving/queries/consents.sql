-- One row per answer to a question of consent, the latest first.
select
    purpose,
    granted,
    text_version,
    given_at,
    row_number() over (partition by purpose order by consent_id desc) = 1 as is_current
from inbox.consent
where customer_key = %(customer_key)s
order by consent_id desc
limit 200
