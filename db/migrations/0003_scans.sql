-- What was seen in the governed databases, and what people decided about it.

create table tabellion.snapshot (
  hash       bytea primary key check (octet_length(hash) = 32),
  body       jsonb       not null,
  first_seen timestamptz not null default now()
);
comment on table tabellion.snapshot is 'Catalog snapshots, each structure once; hash is of the structure without sizes, counts and times.';

create table tabellion.scan (
  id            uuid primary key default gen_random_uuid(),
  database      text        not null,
  taken_at      timestamptz not null,
  recorded_at   timestamptz not null default now(),
  score         integer     not null check (score between 0 and 100),
  outcomes      jsonb       not null,
  severities    jsonb       not null,
  snapshot_hash bytea       not null references tabellion.snapshot,
  constraint scan_once unique (database, taken_at)
);
create index scan_snapshot_idx on tabellion.scan (snapshot_hash);
comment on table tabellion.scan is 'One row per recorded scan of a governed database.';

create table tabellion.finding (
  database    text        not null,
  key         text        not null,
  rule        text        not null,
  code        text        not null,
  severity    text        not null check (severity in ('critical', 'high', 'medium', 'low')),
  object      jsonb       not null,
  message     jsonb       not null,
  state       text        not null check (state in ('open', 'resolved', 'returned')),
  first_seen  timestamptz not null,
  last_seen   timestamptz not null,
  resolved_at timestamptz,
  primary key (database, key),
  constraint finding_resolved check ((state = 'resolved') = (resolved_at is not null))
);
comment on table tabellion.finding is 'Every defect ever seen, with its first and last sight; returned means resolved once and back.';

create table tabellion.finding_event (
  id       bigint generated always as identity primary key,
  database text        not null,
  key      text        not null,
  at       timestamptz not null default clock_timestamp(),
  event    text        not null check (event in ('found', 'resolved', 'returned', 'acceptance_requested', 'accepted', 'acceptance_withdrawn')),
  actor    uuid        references tabellion."user",
  note     text,
  foreign key (database, key) references tabellion.finding
);
create index finding_event_key_idx on tabellion.finding_event (database, key, at);
create index finding_event_actor_idx on tabellion.finding_event (actor) where actor is not null;
comment on table tabellion.finding_event is 'History of one finding, for its page.';

create table tabellion.acceptance (
  id               uuid primary key default gen_random_uuid(),
  database         text        not null,
  key              text        not null,
  kind             text        not null check (kind in ('accepted_risk', 'false_positive', 'by_design')),
  reason           text        not null check (length(btrim(reason)) between 10 and 2000),
  until            date,
  requested_by     uuid        not null references tabellion."user",
  requested_at     timestamptz not null default now(),
  approved_by      uuid        references tabellion."user",
  approved_at      timestamptz,
  withdrawn_by     uuid        references tabellion."user",
  withdrawn_at     timestamptz,
  withdrawn_reason text,
  foreign key (database, key) references tabellion.finding,
  constraint acceptance_four_eyes check (approved_by is distinct from requested_by),
  constraint acceptance_approved check ((approved_by is null) = (approved_at is null)),
  constraint acceptance_withdrawn check ((withdrawn_by is null) = (withdrawn_at is null))
);
create unique index acceptance_one_standing on tabellion.acceptance (database, key) where withdrawn_at is null;
create index acceptance_requested_by_idx on tabellion.acceptance (requested_by);
create index acceptance_approved_by_idx on tabellion.acceptance (approved_by) where approved_by is not null;
create index acceptance_withdrawn_by_idx on tabellion.acceptance (withdrawn_by) where withdrawn_by is not null;
comment on table tabellion.acceptance is 'Decisions to live with a finding. A critical or high one counts only once another person approved it.';

create table tabellion.saved_view (
  id         uuid primary key default gen_random_uuid(),
  user_id    uuid        not null references tabellion."user",
  page       text        not null check (page ~ '^/[a-z0-9/-]{1,100}$'),
  name       text        not null check (length(btrim(name)) between 1 and 80),
  query      text        not null check (length(query) <= 2000),
  created_at timestamptz not null default now(),
  constraint saved_view_name unique (user_id, page, name)
);
comment on table tabellion.saved_view is 'A list''s filters under a name, for the person who saved them.';

-- A person decides in their own name, once: approval and withdrawal are set from empty to the person asking.
create function tabellion.guard_acceptance() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if old.withdrawn_at is not null then
    raise exception 'a withdrawn acceptance is final' using errcode = 'check_violation';
  end if;
  if new.approved_by is distinct from old.approved_by
     and (old.approved_by is not null or new.approved_by is distinct from tabellion.user_id()) then
    raise exception 'an approval is given once, in one''s own name' using errcode = 'insufficient_privilege';
  end if;
  if new.withdrawn_by is distinct from old.withdrawn_by and new.withdrawn_by is distinct from tabellion.user_id() then
    raise exception 'a withdrawal is made in one''s own name' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger acceptance_guard before update on tabellion.acceptance
  for each row execute function tabellion.guard_acceptance();

create function tabellion.log_acceptance() returns trigger language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  was text := tabellion.enter('inside');
  grave boolean := (select severity in ('critical', 'high') from tabellion.finding f
                     where f.database = new.database and f.key = new.key);
  what text;
begin
  what := case
    when tg_op = 'INSERT' and grave then 'acceptance_requested'
    when tg_op = 'INSERT' then 'accepted'
    when new.withdrawn_at is distinct from old.withdrawn_at then 'acceptance_withdrawn'
    when new.approved_at is distinct from old.approved_at then 'accepted'
  end;
  if what is not null then
    insert into tabellion.finding_event (database, key, event, actor, note)
    values (new.database, new.key, what, tabellion.user_id(),
            case when what = 'acceptance_withdrawn' then new.withdrawn_reason else new.reason end);
  end if;
  perform tabellion.enter(was);
  if what is null then
    return null;
  end if;
  perform tabellion.note_as(tabellion.user_id(), replace(what, '_', '-'), 'success', null, new.database,
    jsonb_build_object('finding', new.key, 'kind', new.kind, 'until', new.until), null);
  return null;
end $$;
create trigger acceptance_activity after insert or update on tabellion.acceptance
  for each row execute function tabellion.log_acceptance();
