-- Whether one tenant can reach another's rows: runs that asked, what they found, and whom they asked for.

create table tabellion.isolation_run (
  id           uuid primary key default gen_random_uuid(),
  database     text        not null,
  state        text        not null default 'running' check (state in ('running', 'done', 'cancelled', 'failed')),
  basis_hash   bytea       not null check (octet_length(basis_hash) = 32),
  setup        jsonb       not null,
  notes        jsonb       not null default '[]',
  step         text        not null default 'server' check (step in ('server', 'clone', 'prove', 'probe', 'judge')),
  done         integer     not null default 0,
  all_of_it    integer     not null default 0,
  counts       jsonb,
  problem      jsonb,
  started_by   uuid        not null references tabellion."user",
  started_at   timestamptz not null default now(),
  beat_at      timestamptz not null default now(),
  cancelled_by uuid        references tabellion."user",
  finished_at  timestamptz,
  constraint isolation_run_finished check ((state = 'running') = (finished_at is null)),
  constraint isolation_run_done check ((state = 'done') = (counts is not null)),
  constraint isolation_run_failed check ((state = 'failed') = (problem is not null))
);
create index isolation_run_newest_idx on tabellion.isolation_run (database, started_at);
create index isolation_run_started_by_idx on tabellion.isolation_run (started_by);
create index isolation_run_cancelled_by_idx on tabellion.isolation_run (cancelled_by) where cancelled_by is not null;
create unique index isolation_run_one_running on tabellion.isolation_run (database) where state = 'running';
comment on table tabellion.isolation_run is 'Runs of the isolation questions; basis_hash is of what the answers rest on. One whose beat has stopped was cut off.';

create table tabellion.isolation_result (
  run_id    uuid    not null references tabellion.isolation_run on delete cascade,
  number    integer not null,
  relation  text    not null,
  principal text    not null,
  role      text    not null,
  command   text    not null check (command in ('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'EXECUTE')),
  channel   text    not null check (channel in ('row', 'covert', 'session')),
  verdict   text    not null check (verdict in ('isolated', 'leaks', 'unknown', 'unreachable')),
  by        text    not null check (by in ('proof', 'probe', 'both')),
  detail    json    not null,
  primary key (run_id, number)
);
comment on table tabellion.isolation_result is 'One verdict for each relation, principal, command and channel of a run; counterexamples hold made-up values only.';

create table tabellion.isolation_principal (
  database   text        not null,
  name       text        not null check (length(btrim(name)) between 1 and 200),
  position   integer     not null,
  tenants    text[]      not null,
  login      text,
  role       text        not null,
  settings   jsonb       not null,
  claims     jsonb,
  changed_by uuid        not null references tabellion."user",
  changed_at timestamptz not null default now(),
  primary key (database, name)
);
create index isolation_principal_changed_by_idx on tabellion.isolation_principal (changed_by);
comment on table tabellion.isolation_principal is 'Requests the questions are asked for, where a person changed what was detected.';

grant select on tabellion.isolation_run, tabellion.isolation_result, tabellion.isolation_principal to {{reader}}, {{writer}};
grant insert (database, basis_hash, setup, notes, started_by), delete on tabellion.isolation_run to {{writer}};
grant update (state, step, done, all_of_it, counts, problem, beat_at, cancelled_by, finished_at) on tabellion.isolation_run to {{writer}};
grant insert on tabellion.isolation_result to {{writer}};
grant insert, update, delete on tabellion.isolation_principal to {{writer}};

do $$
declare
  name text;
begin
  foreach name in array array['isolation_run', 'isolation_result', 'isolation_principal'] loop
    execute format('alter table tabellion.%I enable row level security', name);
    execute format('alter table tabellion.%I force row level security', name);
    execute format('create policy inside on tabellion.%I to {{owner}} using (tabellion.duty() in (''inside'', ''migrate'')) with check (tabellion.duty() in (''inside'', ''migrate''))', name);
    execute format('create policy person_reads on tabellion.%I for select to {{reader}}, {{writer}} using ((select tabellion.duty()) in (''read'', ''write'') and (select tabellion.may(''catalog:read'')))', name);
  end loop;
end $$;

create policy person_starts on tabellion.isolation_run for insert to {{writer}}
  with check ((select tabellion.duty()) = 'write' and started_by = (select tabellion.user_id()) and (select tabellion.may('findings:write')));
create policy person_goes_on on tabellion.isolation_run for update to {{writer}}
  using ((select tabellion.duty()) = 'write' and (select tabellion.may('findings:write')));
create policy person_forgets on tabellion.isolation_run for delete to {{writer}}
  using ((select tabellion.duty()) = 'write' and state <> 'running' and (select tabellion.may('findings:write')));
create policy person_adds on tabellion.isolation_result for insert to {{writer}}
  with check ((select tabellion.duty()) = 'write' and (select tabellion.may('findings:write')));
create policy person_adds on tabellion.isolation_principal for insert to {{writer}}
  with check ((select tabellion.duty()) = 'write' and changed_by = (select tabellion.user_id()) and (select tabellion.may('findings:write')));
create policy person_changes on tabellion.isolation_principal for update to {{writer}}
  using ((select tabellion.duty()) = 'write' and (select tabellion.may('findings:write')))
  with check ((select tabellion.duty()) = 'write' and changed_by = (select tabellion.user_id()) and (select tabellion.may('findings:write')));
create policy person_removes on tabellion.isolation_principal for delete to {{writer}}
  using ((select tabellion.duty()) = 'write' and (select tabellion.may('findings:write')));
