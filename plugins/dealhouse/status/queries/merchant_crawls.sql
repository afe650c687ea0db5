select
    to_char(observed_at, 'YYYY-MM-DD HH24:MI') as crawl, status, to_char(documents, 'FM999,999,999') as documents,
    to_char(offers, 'FM999,999,999') as new_rows, measured ->> 'requests' as requests, measured ->> 'retries' as retries,
    measured ->> 'latency_ms_p95' as latency_p95, left(error, 120) as error
from raw.crawl_coverage
where merchant_id = :merchant_id
order by observed_at desc
limit 20
