-- One row per published dataset: the version that is live.
select
    dataset,
    version,
    release_id,
    as_of
from publish.current
