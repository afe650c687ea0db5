{{ config(materialized='replaced') }}

with

runs as (
    select * from {{ ref('stg_ops__task_runs') }}
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
        error,
        started_at,
        finished_at,
        seconds,
        row_number() over (partition by dag_id, task_id, map_index order by started_at desc, try_number desc) = 1 as is_latest
    from runs
)

select * from final
