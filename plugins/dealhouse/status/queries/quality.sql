-- the last look at each suite: how many of its checks hold, and the first that does not
select
    border,
    suite,
    to_char(max(as_of), 'YYYY-MM-DD HH24:MI') as key,
    count(*) as checks,
    count(*) filter (where not passed and severity = 'block') as blocked,
    count(*) filter (where not passed and severity = 'warn') as warnings,
    left(min(expectation || coalesce(' ' || (observed ->> 'outside'), '')) filter (where not passed), 120) as first_of_them
from (
    select *, max(as_of) over (partition by border, suite) as newest
    from ops.quality_results
    where as_of > (select max(as_of) - interval '7 days' from ops.quality_results)
) as looked
where as_of = newest
group by border, suite
having bool_or(not passed)
order by blocked desc, warnings desc, border, suite
limit 20
