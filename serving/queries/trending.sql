-- What is trending in a country, or everywhere when the country has no list of its own.
select
    country,
    body,
    model_version
from publish.trending
where version = %(trending)s and country in (%(country)s, '*')
order by country = '*'
limit 1
