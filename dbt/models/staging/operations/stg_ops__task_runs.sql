{{ config(materialized='replaced') }}

with

source as (
    select * from {{ source('runs', 'run_ledger') }}
),

final as (
    select
        airflow_run_id,
        dag_id,
        task_id,
        map_index,
        try_number,
        as_of,
        status,
        rows_written,
        detail ->> 'error' as error,
        started_at,
        finished_at,
        round(extract(epoch from finished_at - started_at)::numeric, 3) as seconds
    from source
)

select * from final
