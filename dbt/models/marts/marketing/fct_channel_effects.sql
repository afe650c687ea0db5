{{ config(indexes=[{'columns': ['channel'], 'unique': true}]) }}
{%- set first_day = business_day(as_of()) ~ ' - ' ~ var('markov_days') %}

with recursive

touches as (
    select * from {{ ref('fct_touchpoints') }}
),

sessions as (
    select * from {{ ref('fct_sessions') }}
    where day >= {{ first_day }}
),

-- the ways that led to an order, and those of visitors that led to none
visits as (
    select
        order_id as path,
        channel,
        touched_at,
        session_key,
        true as is_converted
    from touches
    where day >= {{ first_day }}
    union all
    select
        'no order ' || coalesce(sessions.customer_key, sessions.anonymous_id, sessions.session_key::text) as path,
        {{ or_unknown('sessions.channel') }} as channel,
        sessions.started_at as touched_at,
        sessions.session_key,
        false as is_converted
    from sessions
    left join touches on sessions.session_key = touches.session_key
    where touches.session_key is null
),

-- a step of many ways is counted once
steps as (
    select
        channel,
        previous,
        count(*) as touches,
        count(*) filter (where is_last and is_converted) as conversions
    from (
        select
            channel,
            is_converted,
            lag(channel) over way as previous,
            lead(channel) over way is null as is_last
        from visits
        window way as (partition by path order by touched_at, session_key)
    ) as visited
    group by channel, previous
),

channels as (
    select
        channel,
        row_number() over (order by channel)::integer as no,
        sum(touches)::integer as touches,
        coalesce(sum(touches) filter (where previous is null), 0)
        / sum(sum(touches) filter (where previous is null)) over () as starts,
        sum(conversions)::double precision / sum(touches)::double precision as converts
    from steps
    group by channel
),

transitions as (
    select
        origins.no as origin,
        targets.no as target,
        (steps.touches / origins.touches::double precision) as chance
    from steps
    inner join channels as origins on steps.previous = origins.channel
    inner join channels as targets on steps.channel = targets.channel
),

-- the chance of an order from each channel, step by step, where the removed channel leads to none (0: nothing is removed)
solved as (
    select
        removals.removed,
        0 as step,
        (select array_agg(0::double precision) from channels) as chances
    from generate_series(0, (select count(*)::integer from channels)) as removals (removed)
    union all
    select
        removed,
        step + 1 as step,
        array(
            select case when no <> removed then converts + coalesce(sum(chance * chances[target]), 0) else 0 end
            from channels
            left join transitions on no = origin
            group by no, converts
            order by no
        ) as chances
    from solved
    where step < 200
),

outcomes as (
    select
        solved.removed,
        sum(channels.starts * solved.chances[channels.no]) as chance
    from solved
    cross join channels
    where solved.step = 200
    group by solved.removed
),

effects as (
    select
        channels.channel,
        channels.touches,
        everything.chance,
        greatest(coalesce(1 - without.chance / nullif(everything.chance, 0), 0), 0) as effect
    from channels
    inner join outcomes as without on channels.no = without.removed
    inner join outcomes as everything on everything.removed = 0
),

final as (
    select
        channel,
        touches,
        round(chance::numeric, 6) as order_chance,
        round(effect::numeric, 6) as removal_effect,
        round((effect / nullif(sum(effect) over (), 0))::numeric, 6) as share
    from effects
)

select * from final
