set role neonpro_owner;

create table public.consent_events (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null references public.clinics (id) on delete restrict,
  seq bigint generated always as identity,
  consent_id uuid not null,
  event_type public.consent_event_type not null,
  from_status public.consent_status,
  to_status public.consent_status,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null default clock_timestamp(),
  actor_user_id uuid default app.user_id(),
  actor_kind public.event_actor not null,
  reason_code text,
  note_ref text,
  recipient text,
  prev_hash bytea not null,
  row_hash bytea not null,
  created_at timestamptz not null default now(),
  created_by uuid default app.user_id(),
  updated_at timestamptz not null default now(),
  row_version integer not null default 1,
  constraint consent_events_clinic_id_key unique (clinic_id, id),
  -- One successor for each entry: the chain of a clinic cannot fork.
  constraint consent_events_prev_hash_key unique (clinic_id, prev_hash),
  constraint consent_events_consent_fkey foreign key (clinic_id, consent_id)
    references public.consent_records (clinic_id, id) on delete restrict,
  constraint consent_events_times_check check (occurred_at <= recorded_at),
  constraint consent_events_hash_check check (octet_length(prev_hash) = 32 and octet_length(row_hash) = 32)
);
create index consent_events_consent_idx on public.consent_events (clinic_id, consent_id, seq);
create index consent_events_chain_idx on public.consent_events (clinic_id, seq desc);

create function app.chain_consent_event() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO'
as $$
begin
  -- Held to commit, so that the previous entry is final when it is read.
  perform pg_advisory_xact_lock(hashtextextended('consent chain ' || new.clinic_id, 0));
  -- The default was drawn before the wait: whoever held the lock may have gone past it meanwhile.
  new.seq := nextval('public.consent_events_seq_seq');
  select e.row_hash into new.prev_hash
  from public.consent_events e
  where e.clinic_id = new.clinic_id
  order by e.seq desc
  limit 1;
  new.prev_hash := coalesce(new.prev_hash, sha256(convert_to(new.clinic_id::text, 'UTF8')));
  new.row_hash := sha256(new.prev_hash || convert_to(
    jsonb_build_array(
      1, new.id, new.clinic_id, new.seq, new.consent_id, new.event_type, new.from_status, new.to_status, new.occurred_at,
      new.recorded_at, new.actor_user_id, new.actor_kind, new.reason_code, new.note_ref, new.recipient
    )::text, 'UTF8'));
  return new;
end
$$;
comment on function app.chain_consent_event() is 'Encadeia cada evento ao anterior da mesma clínica.';
create trigger chain before insert on public.consent_events
  for each row execute function app.chain_consent_event();
create trigger refuse_change before update or delete on public.consent_events
  for each row execute function app.refuse_change();
create trigger refuse_statement before update or delete on public.consent_events
  for each statement execute function app.refuse_statement();
create trigger refuse_truncate before truncate on public.consent_events
  for each statement execute function app.refuse_statement();
alter table public.consent_events
  enable always trigger chain, enable always trigger refuse_change, enable always trigger refuse_statement,
  enable always trigger refuse_truncate;

comment on table public.consent_events is 'Tudo o que aconteceu com cada consentimento; só cresce. [pers audit=none rls=R4 keep=consent]';
comment on column public.consent_events.id is 'Identificador. [int]';
comment on column public.consent_events.clinic_id is 'Clínica. [int]';
comment on column public.consent_events.seq is 'Ordem na cadeia da clínica. [int]';
comment on column public.consent_events.consent_id is 'Consentimento. [pers]';
comment on column public.consent_events.event_type is 'O que aconteceu. [int]';
comment on column public.consent_events.from_status is 'Situação antes. [int]';
comment on column public.consent_events.to_status is 'Situação depois. [int]';
comment on column public.consent_events.occurred_at is 'Quando aconteceu. [int evid]';
comment on column public.consent_events.recorded_at is 'Quando o sistema soube. [int evid]';
comment on column public.consent_events.actor_user_id is 'Quem registrou. [pers]';
comment on column public.consent_events.actor_kind is 'Quem agiu. [pers]';
comment on column public.consent_events.reason_code is 'Motivo, por código. [int]';
comment on column public.consent_events.note_ref is 'Canal ou referência, sem texto clínico. [int]';
comment on column public.consent_events.recipient is 'A quem se avisou. [int]';
comment on column public.consent_events.prev_hash is 'Prova do evento anterior da clínica. [int evid]';
comment on column public.consent_events.row_hash is 'Prova deste evento. [int evid]';
comment on column public.consent_events.created_at is 'Criação. [int]';
comment on column public.consent_events.created_by is 'Quem criou. [int]';
comment on column public.consent_events.updated_at is 'Igual à criação: a linha não muda. [int]';
comment on column public.consent_events.row_version is 'Versão da linha. [int]';

reset role;
