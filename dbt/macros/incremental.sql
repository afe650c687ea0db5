{#-
    What an incremental model knows of its own past lies in four small tables beside the models (on-run-start makes them):
    build_state says for which as_of a model was last built, built_batches which batches it has read, offers_to_redo which offers
    changed since a model downstream of the offer versions last looked, products_to_redo which products did. They are written in the
    transaction of the model, so a build that dies leaves them as they were. Batches, not times, tell what is news: two batches may
    carry the same loaded_at.
-#}
{% macro create_build_tables() -%}
    {%- if flags.WHICH in ('build', 'run', 'test') %}
    -- the connection that runs hooks has lost the role of the profile by now
    set local role {{ target.role }};
    create table if not exists intermediate.build_state (
        model text primary key,
        as_of timestamptz not null
    );
    create table if not exists intermediate.built_batches (
        model text,
        batch_id text,
        invocation_id text not null,
        rows_from timestamptz,
        primary key (model, batch_id)
    );
    do $$ begin
        if not exists (
            select from pg_attribute where attrelid = 'intermediate.built_batches'::regclass and attname = 'rows_from'
        ) then
            alter table intermediate.built_batches add column rows_from timestamptz;
        end if;
    end $$;
    create table if not exists intermediate.offers_to_redo (
        model text,
        offer_id uuid,
        primary key (model, offer_id)
    );
    create table if not exists intermediate.products_to_redo (
        model text,
        product_id uuid,
        primary key (model, product_id)
    );
    {#- a new version of the models makes every layer anew (plugins/dealhouse/dbt_versions.py) #}
    {%- if flags.FULL_REFRESH and not (execute and env_var('DEALHOUSE_UPGRADE', '')) %}
    -- what follows a table that is made anew cannot tell its news from its past: it starts over, too
    truncate intermediate.build_state
    {%- endif %}
    {%- endif %}
{%- endmacro %}

{#- The as_of of the last build as an SQL literal; none when there was none, or when it lies after this as_of: then everything is redone. -#}
{% macro built_for() %}
    {%- if not (execute and is_incremental()) %}{{ return(none) }}{% endif -%}
    {%- set query -%}
        select to_char(as_of at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00"')
        from intermediate.build_state
        where model = '{{ this.name }}' and as_of <= {{ as_of() }}
    {%- endset -%}
    {%- set rows = run_query(query).rows -%}
    {{ return("'" ~ rows[0][0] ~ "'::timestamptz" if rows else none) }}
{% endmacro %}

{#- Pre-hook: note the batches that this build reads and no build before did. A model that starts over forgets its past first. -#}
{% macro take_news() -%}
    {%- if execute %}
        {%- if not built_for() %}
            {%- if is_incremental() %}truncate {{ this }};{% endif %}
            delete from intermediate.built_batches where model = '{{ this.name }}';
        {%- endif %}
        -- rows of imported history say for themselves when they were known
        insert into intermediate.built_batches (model, batch_id, invocation_id, rows_from)
        select '{{ this.name }}', batch_id, '{{ invocation_id }}', case when merchant_id = 'history' then '-infinity' else loaded_at end
        from {{ source('raw', 'load_ledger') }}
        where {{ known() }}
        on conflict do nothing
    {%- endif %}
{%- endmacro %}

{#-
    Holds for a row of a batch that no build before read, or that the last build could not see yet. No such row was known before
    the first of those batches: with that bound a partition, or the rest of an index, need not be looked at. What came just at `since`
    the last build read: mostly it is all that came that day, and at first the whole past.
-#}
{% macro is_news(since, alias='') -%}
    {%- set prefix = alias ~ '.' if alias else '' -%}
    {%- set news = "from intermediate.built_batches where model = '" ~ this.name ~ "' and invocation_id = '" ~ invocation_id ~ "'" -%}
    (
        {{ prefix }}loaded_at >= (select least(min(rows_from), {{ since }} + interval '1 microsecond') {{ news }})
        and ({{ prefix }}loaded_at > {{ since }} or {{ prefix }}batch_id in (select batch_id {{ news }}))
    )
{%- endmacro %}

{#- Post-hook: this model now answers for as_of. -#}
{% macro built() -%}
    insert into intermediate.build_state (model, as_of)
    values ('{{ this.name }}', {{ as_of() }})
    on conflict (model) do update set as_of = excluded.as_of
{%- endmacro %}

{#- Pre-hook of a model that goes on from what it holds: nothing to go on from is no row at all. -#}
{% macro start_over() -%}
    {%- if execute and is_incremental() and not built_for() %}truncate {{ this }}{% endif -%}
{%- endmacro %}

{#- End of a query of `rows`: those that differ from what this model holds under their key; to start over, all. -#}
{% macro that_differs(rows, key) -%}
    {%- if built_for() -%}
        left join {{ this }} as kept on {{ rows }}.{{ key }} = kept.{{ key }}
        where row({{ rows }}.*) is distinct from row(kept.*)
    {%- endif -%}
{%- endmacro %}
