set role ledger_owner;

-- What lists need beyond 020_log.sql. The order of time is appended to, so it costs little; the other holds few entries: what
-- is rare would else be looked for through everything. The action is no column of it: equality of an enum is not leakproof,
-- so behind a policy no index compares it; an index that only holds those actions needs no comparing.
create index audit_logs_time_idx on ledger.audit_logs (recorded_at, id);
create index audit_logs_rare_idx on ledger.audit_logs (recorded_at, id, clinic_id)
  where action in ('break_glass', 'export', 'print', 'disclose', 'permission', 'login_failed', 'inactivate', 'truncate', 'backup')
    or outcome <> 'success' or purpose_of_use = 'BTG';

-- What is committed and in no block yet, for who looks for it: the policies keep readers from the index of transactions. One plan
-- for the session, since hundreds of clinics as constants take long to plan for, and no workers: starting them takes longer still.
create function ledger.unsealed_ids() returns setof bigint
language plpgsql stable security definer rows 1000
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
set max_parallel_workers_per_gather = 0
as $$
declare
  last constant pg_snapshot := coalesce((select b.snapshot_after from ledger.block b order by b.number desc limit 1), '3:3:');
  running constant xid8[] := array(select pg_snapshot_xip(last));
  mine constant uuid[] := ledger.clinics_of('dpo', 'auditor', 'admin');
begin
  return query
    select u.id
    from (
      select e.id, e.clinic_id from ledger.audit_logs e where e.xact_id >= pg_snapshot_xmax(last)
      union all
      select e.id, e.clinic_id from ledger.audit_logs e where e.xact_id = any (running)
    ) as u
    where u.clinic_id = any (mine) or u.clinic_id is null and cardinality(mine) > 0
    order by u.id desc limit 100000;
end
$$;
comment on function ledger.unsealed_ids() is 'Números das entradas ainda não seladas, no máximo cem mil.';

-- Two things that only the governed database knows; like ledger.clinics_of it replaces these functions.
create function ledger.zone_of(clinic uuid) returns text
language sql stable parallel safe set search_path = pg_catalog, pg_temp
as $$ select 'America/Sao_Paulo'::text $$;
comment on function ledger.zone_of(uuid) is 'Fuso da clínica: diz o que é fora do horário.';
create function ledger.staff_patients() returns uuid[]
language sql stable parallel safe set search_path = pg_catalog, pg_temp
as $$ select null::uuid[] $$;
comment on function ledger.staff_patients() is 'Pacientes que trabalham na clínica; nulo enquanto não se sabe quem trabalha onde.';
-- Other records of the same patient, which a history has to follow.
create function ledger.same_patient(patient uuid) returns uuid[]
language sql stable parallel safe set search_path = pg_catalog, pg_temp
as $$ select array[patient] $$;
comment on function ledger.same_patient(uuid) is 'O paciente e os cadastros unidos ao dele.';

reset role;
-- A schema of its own: what stands in the log's never changes, and these do.
create schema ledger_counts authorization ledger_owner;
revoke all on schema ledger_counts from public;
set role ledger_owner;
comment on schema ledger_counts is 'Contagens do registro de auditoria; refeitas dele quando preciso.';

-- Counts of what the log holds, made from it and to be made anew from it at any time: they prove nothing, they are quick.
-- A scope is a clinic; the nil uuid (RFC 9562) is the whole log, the max uuid what belongs to no clinic.
create function ledger_counts.zone() returns text
language sql immutable parallel safe
as $$ select 'America/Sao_Paulo'::text $$;
comment on function ledger_counts.zone() is 'Fuso em que os dias são contados; depois de trocá-lo, ledger_counts.rebuild().';

create table ledger_counts.day (
  scope uuid,
  day date,
  action ledger.action,
  outcome ledger.outcome,
  entries bigint not null,
  primary key (scope, day, action, outcome)
);
create table ledger_counts.month (
  scope uuid,
  month date,
  action ledger.action,
  outcome ledger.outcome,
  table_name text,
  entries bigint not null,
  primary key (scope, month, action, outcome, table_name)
);
-- The whole log without its months: what every first page asks.
create table ledger_counts.kind (
  scope uuid,
  action ledger.action,
  outcome ledger.outcome,
  table_name text,
  entries bigint not null,
  primary key (scope, action, outcome, table_name)
);
create table ledger_counts.actor (
  scope uuid,
  actor_user_id uuid,
  entries bigint not null,
  primary key (scope, actor_user_id)
);
create table ledger_counts.scope (
  scope uuid primary key,
  entries bigint not null
);
-- Up to which snapshot everything is counted, and where that snapshot means something.
create table ledger_counts.state (
  only_one boolean primary key default true check (only_one),
  counted_to pg_snapshot not null,
  counted_at timestamptz not null,
  system_identifier bigint not null,
  archive_id bigint not null
);

comment on table ledger_counts.day is 'Entradas por dia; refeita do registro quando preciso. [int audit=none rls=R4]';
comment on table ledger_counts.month is 'Entradas por mês e tabela; refeita do registro quando preciso. [int audit=none rls=R4]';
comment on table ledger_counts.kind is 'Entradas por ação e tabela; refeita do registro quando preciso. [int audit=none rls=R4]';
comment on table ledger_counts.actor is 'Entradas por pessoa; refeita do registro quando preciso. [pers audit=none rls=R4]';
comment on table ledger_counts.scope is 'Entradas de cada clínica; refeita do registro quando preciso. [int audit=none rls=R4]';
comment on table ledger_counts.state is 'Até onde as entradas estão contadas. [int audit=none rls=R4]';
do $$
declare
  col record;
begin
  for col in
    select a.attrelid::regclass as rel, a.attname, case a.attname
      when 'scope' then 'Clínica; uuid nulo: o registro inteiro; uuid máximo: sem clínica. [int]'
      when 'day' then 'Dia no fuso de ledger_counts.zone(). [int]'
      when 'month' then 'Primeiro dia do mês, no mesmo fuso. [int]'
      when 'action' then 'O que foi feito. [int]'
      when 'outcome' then 'Sucesso, negado ou falha. [int]'
      when 'table_name' then 'Tabela; vazio quando nenhuma. [int]'
      when 'actor_user_id' then 'Usuário. [pers]'
      when 'entries' then 'Quantas. [int]'
      when 'counted_to' then 'Instantâneo até o qual tudo está contado. [int]'
      when 'counted_at' then 'Quando. [int]'
      when 'system_identifier' then 'Servidor em que foi contado. [int]'
      when 'archive_id' then 'Última saída para arquivo já descontada. [int]'
      else 'Só há uma. [int]' end as said
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'ledger_counts'::regnamespace and c.relkind = 'r' and a.attnum > 0
  loop
    execute format('comment on column %s.%I is %L', col.rel, col.attname, col.said);
  end loop;
end
$$;

-- The clinics that a reader's roles give, as scopes. The whole log only when no entry of another clinic is in it.
create function ledger_counts.scopes_of(variadic roles text[]) returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
  nil constant uuid := '00000000-0000-0000-0000-000000000000';
  none constant uuid := 'ffffffff-ffff-ffff-ffff-ffffffffffff';
  mine constant uuid[] := ledger.clinics_of(variadic roles);
begin
  return case
    when cardinality(mine) = 0 or 'dpo' <> all (roles) then mine
    when exists (select scope from ledger_counts.scope except select unnest(mine || nil || none)) then mine || none
    else mine || none || nil
  end;
end
$$;
comment on function ledger_counts.scopes_of(text[]) is 'O que o usuário da sessão pode ver contado, pelos seus papéis.';

-- Counts what became visible since the last time: the difference of two snapshots, as the seal takes it, so that nothing is
-- left out or counted twice, whatever commits late. One at a time; the others go away with null.
create function ledger_counts.roll_up() returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  last ledger_counts.state;
  system constant bigint := (select system_identifier from pg_control_system());
  archived constant bigint := coalesce((select max(id) from ledger.archive), 0);
  before pg_snapshot := '3:3:';
  -- In a variable, so that the planner knows how few those are.
  running xid8[];
  after pg_snapshot;
  counted bigint;
begin
  -- "tabellion", "roll".
  if not pg_try_advisory_xact_lock(1952607342, 1919904876) then
    return null;
  end if;
  select * into last from ledger_counts.state;
  after := pg_current_snapshot();
  -- After a restore elsewhere, and when a month left for an archive, everything is counted anew.
  if last.system_identifier = system and last.archive_id = archived and pg_snapshot_xmax(after) >= pg_snapshot_xmax(last.counted_to) then
    before := last.counted_to;
  else
    delete from ledger_counts.day;
    delete from ledger_counts.month;
    delete from ledger_counts.kind;
    delete from ledger_counts.actor;
    delete from ledger_counts.scope;
  end if;
  running := array(select pg_snapshot_xip(before));
  with entry as (
    select e.clinic_id, e.recorded_at, e.action, e.outcome, e.table_name, e.actor_user_id from ledger.audit_logs e
    where e.xact_id >= pg_snapshot_xmax(before) and e.xact_id < pg_snapshot_xmax(after) and pg_visible_in_snapshot(e.xact_id, after)
    union all
    select e.clinic_id, e.recorded_at, e.action, e.outcome, e.table_name, e.actor_user_id from ledger.audit_logs e
    where e.xact_id = any (running) and pg_visible_in_snapshot(e.xact_id, after)
  ),
  fresh as materialized (
    select coalesce(clinic_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') as scope, (recorded_at at time zone ledger_counts.zone())::date as day,
      action, outcome, coalesce(table_name, '') as table_name, actor_user_id, count(*) as n
    from entry group by 1, 2, 3, 4, 5, 6
  ),
  scoped as materialized (
    select s.scope, f.day, date_trunc('month', f.day)::date as month, f.action, f.outcome, f.table_name, f.actor_user_id, f.n
    from fresh f cross join lateral (values (f.scope), ('00000000-0000-0000-0000-000000000000'::uuid)) as s (scope)
  ),
  -- In the order that they are asked in: a chart of years finds its rows side by side, not in as many pages.
  days as (
    insert into ledger_counts.day as r select scope, day, action, outcome, sum(n) from scoped group by 1, 2, 3, 4 order by 1, 2
    on conflict (scope, day, action, outcome) do update set entries = r.entries + excluded.entries
  ),
  months as (
    insert into ledger_counts.month as r select scope, month, action, outcome, table_name, sum(n) from scoped group by 1, 2, 3, 4, 5 order by 1, 2
    on conflict (scope, month, action, outcome, table_name) do update set entries = r.entries + excluded.entries
  ),
  kinds as (
    insert into ledger_counts.kind as r select scope, action, outcome, table_name, sum(n) from scoped group by 1, 2, 3, 4 order by 1
    on conflict (scope, action, outcome, table_name) do update set entries = r.entries + excluded.entries
  ),
  actors as (
    insert into ledger_counts.actor as r select scope, actor_user_id, sum(n) from scoped where actor_user_id is not null group by 1, 2 order by 1
    on conflict (scope, actor_user_id) do update set entries = r.entries + excluded.entries
  ),
  scopes as (
    insert into ledger_counts.scope as r select scope, sum(n) from scoped group by 1
    on conflict (scope) do update set entries = r.entries + excluded.entries
  )
  select coalesce(sum(n), 0) into counted from fresh;
  insert into ledger_counts.state as s (counted_to, counted_at, system_identifier, archive_id)
  values (after, clock_timestamp(), system, archived)
  on conflict (only_one) do update set counted_to = excluded.counted_to, counted_at = excluded.counted_at,
    system_identifier = excluded.system_identifier, archive_id = excluded.archive_id;
  return counted;
end
$$;
comment on function ledger_counts.roll_up() is 'Conta o que entrou desde a última vez, cada entrada uma vez.';

create function ledger_counts.rebuild() returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  delete from ledger_counts.state;
  return ledger_counts.roll_up();
end
$$;
comment on function ledger_counts.rebuild() is 'Conta o registro inteiro de novo.';

do $$
declare
  name text;
begin
  foreach name in array array['day', 'month', 'kind', 'actor', 'scope'] loop
    execute format('alter table ledger_counts.%I enable row level security', name);
    execute format('alter table ledger_counts.%I force row level security', name);
    execute format('create policy %I on ledger_counts.%I to ledger_owner using (true) with check (true)', name || '_owner', name);
    execute format(
      'create policy %I on ledger_counts.%I for select to dashboard_officer using (scope = any ((select ledger_counts.scopes_of(''dpo'', ''auditor''))::uuid[]))',
      name || '_officer', name
    );
    execute format(
      'create policy %I on ledger_counts.%I for select to dashboard_admin using (scope = any ((select ledger_counts.scopes_of(''admin''))::uuid[]))',
      name || '_admin', name
    );
    execute format('grant select on ledger_counts.%I to dashboard_officer, dashboard_admin', name);
  end loop;
end
$$;
alter table ledger_counts.state enable row level security;
alter table ledger_counts.state force row level security;
create policy state_owner on ledger_counts.state to ledger_owner using (true) with check (true);
create policy state_read on ledger_counts.state for select to dashboard_officer, dashboard_admin using (only_one);
grant select on ledger_counts.state to dashboard_officer, dashboard_admin;

grant usage on schema ledger_counts to dashboard_officer, dashboard_admin, ledger_sealer;
revoke execute on function ledger.unsealed_ids(), ledger.zone_of(uuid), ledger.staff_patients(), ledger.same_patient(uuid), ledger_counts.zone(), ledger_counts.scopes_of(text[]), ledger_counts.roll_up(), ledger_counts.rebuild() from public;
grant execute on function ledger.unsealed_ids(), ledger.zone_of(uuid), ledger.staff_patients(), ledger.same_patient(uuid), ledger_counts.zone(), ledger_counts.scopes_of(text[]) to dashboard_officer, dashboard_admin;
grant execute on function ledger_counts.roll_up() to ledger_sealer;
select ledger_counts.roll_up();

reset role;
