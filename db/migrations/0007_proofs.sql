-- What came of running a finding's fix on a clone, and for which structure of the database it holds.

create table tabellion.proof (
  id            uuid primary key default gen_random_uuid(),
  database      text        not null,
  key           text        not null,
  snapshot_hash bytea       not null check (octet_length(snapshot_hash) = 32),
  state         text        not null default 'running' check (state in ('running', 'done', 'failed')),
  step          text        not null default 'server' check (step in ('server', 'clone', 'scan', 'fix', 'again')),
  verdict       text        check (verdict in ('proved', 'notProved', 'cannot')),
  result        jsonb,
  started_by    uuid        not null references tabellion."user",
  started_at    timestamptz not null default now(),
  beat_at       timestamptz not null default now(),
  finished_at   timestamptz,
  foreign key (database, key) references tabellion.finding,
  constraint proof_finished check ((state = 'running') = (finished_at is null)),
  constraint proof_done check ((state = 'running') = (result is null))
);
create index proof_finding_idx on tabellion.proof (database, key, started_at);
create index proof_started_by_idx on tabellion.proof (started_by);
create unique index proof_one_running on tabellion.proof (database, key) where state = 'running';
comment on table tabellion.proof is 'Proofs of fixes; snapshot_hash is of the structure they were made for. One whose beat has stopped was cut off.';

grant select on tabellion.proof to {{reader}}, {{writer}};
grant insert (database, key, snapshot_hash, started_by), update (state, step, verdict, result, beat_at, finished_at) on tabellion.proof to {{writer}};

alter table tabellion.proof enable row level security;
alter table tabellion.proof force row level security;
create policy inside on tabellion.proof to {{owner}}
  using (tabellion.duty() in ('inside', 'migrate')) with check (tabellion.duty() in ('inside', 'migrate'));
create policy person_reads on tabellion.proof for select to {{reader}}, {{writer}}
  using ((select tabellion.duty()) in ('read', 'write') and (select tabellion.may('findings:read')));
create policy person_starts on tabellion.proof for insert to {{writer}}
  with check ((select tabellion.duty()) = 'write' and started_by = (select tabellion.user_id()) and (select tabellion.may('findings:write')));
create policy person_goes_on on tabellion.proof for update to {{writer}}
  using ((select tabellion.duty()) = 'write' and (select tabellion.may('findings:write')));
