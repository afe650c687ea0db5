-- Roles, schemas and extensions. Run by the connecting user before every migration; each statement may be repeated.
-- A room reaches Postgres with DATABASE_URL and `options=-c role=<its role>`, so a room that writes where it may not, fails.
do $$
declare
    room text;
    -- since 16 a membership need not allow `set role`; before, every one did, and the word SET was unknown
    allowed text := case when current_setting('server_version_num')::integer >= 160000 then 'SET' else 'MEMBER' end;
begin
    foreach room in array array[
        'dealhouse_owner', 'loader', 'transformer', 'modeller', 'auditor', 'publisher', 'editor', 'serving', 'notifier', 'bi_reader'
    ] loop
        if not exists (select from pg_roles where rolname = room) then
            begin
                execute format('create role %I', room);
            exception
                -- roles belong to the cluster: another database's migration may have been first
                when duplicate_object or unique_violation then null;
            end;
        end if;
        if not pg_has_role(current_user, room, allowed) then
            execute format('grant %I to current_user', room);
        end if;
    end loop;
    execute format('grant create, connect, temporary on database %I to dealhouse_owner, transformer', current_database());
    execute format(
        'grant connect, temporary on database %I to loader, modeller, auditor, publisher, editor, serving, notifier, bi_reader',
        current_database()
    );
end
$$;

create extension if not exists pg_trgm;
create extension if not exists unaccent;
create extension if not exists btree_gin;

create schema if not exists raw authorization dealhouse_owner;
create schema if not exists predictions authorization dealhouse_owner;
create schema if not exists inbox authorization dealhouse_owner;
create schema if not exists contact authorization dealhouse_owner;
create schema if not exists notify authorization dealhouse_owner;
create schema if not exists ops authorization dealhouse_owner;
create schema if not exists publish authorization publisher;
create schema if not exists staging authorization transformer;
create schema if not exists intermediate authorization transformer;
create schema if not exists marts authorization transformer;
create schema if not exists features authorization transformer;
create schema if not exists scored authorization transformer;
create schema if not exists publish_candidate authorization transformer;

grant usage on schema raw to loader, transformer, auditor, notifier;
grant usage on schema predictions to modeller, transformer, bi_reader;
grant usage on schema inbox to serving, loader, notifier;
grant usage on schema contact to serving, notifier;
grant usage on schema notify to notifier;
grant usage on schema ops to loader, transformer, modeller, auditor, publisher, editor, serving, bi_reader;
grant usage on schema publish to serving, auditor, bi_reader, dealhouse_owner, transformer, notifier;
grant select on all tables in schema publish to notifier; -- those of before there was one
grant create on schema publish to dealhouse_owner;
grant usage on schema features to modeller;
grant usage on schema marts, scored to bi_reader;
grant usage on schema publish_candidate to publisher, auditor;

-- dbt replaces tables by rename, which loses plain grants: default privileges outlive it
alter default privileges for role transformer in schema features grant select on tables to modeller;
alter default privileges for role transformer in schema marts grant select on tables to bi_reader;
alter default privileges for role transformer in schema scored grant select on tables to bi_reader;
alter default privileges for role transformer in schema publish_candidate grant select on tables to publisher, auditor;
alter default privileges for role publisher in schema publish grant select on tables to serving, auditor, bi_reader, notifier;
