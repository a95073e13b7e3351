set role neonpro_owner;

create table public.ai_chat_sessions (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null references public.clinics (id) on delete restrict,
  user_id uuid not null default app.user_id(),
  patient_id uuid,
  purpose public.ai_purpose not null,
  risk_class public.ai_risk_class not null,
  model_provider text not null,
  model_version text not null,
  region text not null,
  activity_id uuid not null,
  title text,
  status text not null default 'open',
  closed_at timestamptz,
  created_at timestamptz not null default now(),
  created_by uuid default app.user_id(),
  updated_at timestamptz not null default now(),
  row_version integer not null default 1,
  constraint ai_chat_sessions_clinic_id_key unique (clinic_id, id),
  constraint ai_chat_sessions_patient_fkey foreign key (clinic_id, patient_id)
    references public.patients (clinic_id, id) on delete restrict,
  constraint ai_chat_sessions_activity_fkey foreign key (clinic_id, activity_id)
    references public.processing_activities (clinic_id, id) on delete restrict,
  constraint ai_chat_sessions_status_check check (status in ('open', 'closed')),
  constraint ai_chat_sessions_closed_check check ((status = 'closed') = (closed_at is not null))
);
create index ai_chat_sessions_user_idx on public.ai_chat_sessions (clinic_id, user_id, created_at desc);
create index ai_chat_sessions_patient_idx on public.ai_chat_sessions (clinic_id, patient_id, created_at desc);
create index ai_chat_sessions_activity_idx on public.ai_chat_sessions (clinic_id, activity_id);

create table public.ai_chat_messages (
  id uuid not null default gen_random_uuid(),
  clinic_id uuid not null references public.clinics (id) on delete restrict,
  session_id uuid not null,
  role public.ai_message_role not null,
  content text not null,
  redaction jsonb not null default '{}',
  redaction_status public.ai_redaction_status not null,
  tokens_used integer,
  latency_ms integer,
  accepted_by uuid,
  decision public.ai_decision,
  created_at timestamptz not null default now(),
  created_by uuid default app.user_id(),
  updated_at timestamptz not null default now(),
  row_version integer not null default 1,
  -- The key of a partitioned table holds the column it is parted by.
  constraint ai_chat_messages_pkey primary key (clinic_id, id, created_at),
  constraint ai_chat_messages_session_fkey foreign key (clinic_id, session_id)
    references public.ai_chat_sessions (clinic_id, id) on delete restrict,
  constraint ai_chat_messages_numbers_check check (tokens_used >= 0 and latency_ms >= 0),
  constraint ai_chat_messages_blocked_check check (redaction_status <> 'blocked' or content = ''),
  constraint ai_chat_messages_review_check check ((accepted_by is null) = (decision is null))
) partition by range (created_at);
create table public.ai_chat_messages_rest partition of public.ai_chat_messages default;
create index ai_chat_messages_session_idx on public.ai_chat_messages (clinic_id, session_id, created_at);

-- Definer: the refusal counts even where the session may not read it; about somebody it may not see at all, nobody asks.
create function app.check_ai_session() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  refused_at timestamptz;
begin
  if new.patient_id is null then return new; end if;
  select p.ai_refusal_at into refused_at
  from public.patients p
  where p.clinic_id = new.clinic_id and p.id = new.patient_id;
  if not found then
    raise exception 'the patient is not visible to this session' using errcode = 'insufficient_privilege';
  end if;
  if refused_at <= now() then
    raise exception 'this patient refused the use of AI (CFM 2.454/2026)' using errcode = 'check_violation';
  end if;
  return new;
end
$$;
comment on function app.check_ai_session() is 'Sem IA para quem a recusou.';
create trigger check_ai_session before insert or update of patient_id on public.ai_chat_sessions
  for each row execute function app.check_ai_session();
alter table public.ai_chat_sessions enable always trigger check_ai_session;
select app.keep('public.ai_chat_sessions');

-- What was said stays; a person's review is written once.
create function app.check_ai_message() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'DELETE' or old.decision is not null
    or (to_jsonb(new) - array['decision', 'accepted_by', 'updated_at', 'row_version'])
      is distinct from (to_jsonb(old) - array['decision', 'accepted_by', 'updated_at', 'row_version']) then
    raise exception 'chat messages are append-only; only their review is added, once'
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end
$$;
comment on function app.check_ai_message() is 'Mensagens não mudam; a revisão humana entra uma vez.';
create trigger check_ai_message before update or delete on public.ai_chat_messages
  for each row execute function app.check_ai_message();
create trigger refuse_truncate before truncate on public.ai_chat_messages
  for each statement execute function app.refuse_statement();
alter table public.ai_chat_messages enable always trigger check_ai_message, enable always trigger refuse_truncate;
select app.keep('public.ai_chat_messages');
select app.close_partition('public.ai_chat_messages', 'public.ai_chat_messages_rest');
select app.make_partitions();

comment on table public.ai_chat_sessions is 'Conversas com IA. [sens audit=all rls=R3 keep=24m]';
comment on column public.ai_chat_sessions.id is 'Identificador. [int]';
comment on column public.ai_chat_sessions.clinic_id is 'Clínica. [int]';
comment on column public.ai_chat_sessions.user_id is 'Dono da conversa. [int]';
comment on column public.ai_chat_sessions.patient_id is 'Paciente de que se trata. [sens]';
comment on column public.ai_chat_sessions.purpose is 'Uso. [int]';
comment on column public.ai_chat_sessions.risk_class is 'Risco (CFM 2.454/2026). [int]';
comment on column public.ai_chat_sessions.model_provider is 'Fornecedor do modelo. [int]';
comment on column public.ai_chat_sessions.model_version is 'Versão do modelo. [int]';
comment on column public.ai_chat_sessions.region is 'Onde é processado. [int]';
comment on column public.ai_chat_sessions.activity_id is 'Atividade de tratamento. [int]';
comment on column public.ai_chat_sessions.title is 'Título: sem identificadores, já retirados. [sens free plain]';
comment on column public.ai_chat_sessions.status is 'Situação. [int]';
comment on column public.ai_chat_sessions.closed_at is 'Encerramento. [int]';
comment on column public.ai_chat_sessions.created_at is 'Criação. [int]';
comment on column public.ai_chat_sessions.created_by is 'Quem criou. [int]';
comment on column public.ai_chat_sessions.updated_at is 'Última alteração. [int]';
comment on column public.ai_chat_sessions.row_version is 'Versão da linha. [int]';

comment on table public.ai_chat_messages is 'Mensagens trocadas com IA, já sem identificadores. [sens audit=all rls=R3 keep=24m]';
comment on column public.ai_chat_messages.id is 'Identificador. [int]';
comment on column public.ai_chat_messages.clinic_id is 'Clínica. [int]';
comment on column public.ai_chat_messages.session_id is 'Conversa. [int]';
comment on column public.ai_chat_messages.role is 'Quem fala. [int]';
comment on column public.ai_chat_messages.content is 'Texto: sem identificadores, já retirados. [sens free plain]';
comment on column public.ai_chat_messages.redaction is 'O que foi retirado, por tipo e quantidade. [int]';
comment on column public.ai_chat_messages.redaction_status is 'Bloqueada não sai. [int]';
comment on column public.ai_chat_messages.tokens_used is 'Tokens. [int]';
comment on column public.ai_chat_messages.latency_ms is 'Tempo de resposta em ms. [int]';
comment on column public.ai_chat_messages.accepted_by is 'Quem revisou. [int evid]';
comment on column public.ai_chat_messages.decision is 'Resultado da revisão humana. [int evid]';
comment on column public.ai_chat_messages.created_at is 'Criação. [int]';
comment on column public.ai_chat_messages.created_by is 'Quem criou. [int]';
comment on column public.ai_chat_messages.updated_at is 'Última alteração. [int]';
comment on column public.ai_chat_messages.row_version is 'Versão da linha. [int]';

reset role;
