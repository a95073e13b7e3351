set role neonpro_owner;

create type public.subject_request_type as enum (
  'confirm', 'access_simple', 'access_full', 'chart_copy', 'correct', 'anonymize_block_erase', 'portability',
  'erase_consent_based', 'recipients', 'info_refusal', 'revoke', 'oppose', 'review_automated', 'complaint'
);
create type public.identity_status as enum ('unverified', 'verified', 'failed');
create type public.subject_request_status as enum ('received', 'verifying', 'in_progress', 'answered', 'partly', 'refused', 'withdrawn');

create table public.data_subject_requests (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null references public.clinics (id) on delete restrict,
  patient_id uuid,
  representative_id uuid,
  request_type public.subject_request_type not null,
  channel text not null,
  received_at timestamptz not null default now(),
  identity_status public.identity_status not null default 'unverified',
  verified_at timestamptz,
  verification_method text,
  due_at timestamptz,
  due_basis text not null default 'house',
  status public.subject_request_status not null default 'received',
  outcome_code text,
  legal_reason text,
  response_key text,
  response_sha256 bytea,
  response_format text,
  copy_key text,
  propagation jsonb,
  assignee uuid,
  closed_at timestamptz,
  created_at timestamptz not null default now(),
  created_by uuid default app.user_id(),
  updated_at timestamptz not null default now(),
  row_version integer not null default 1,
  constraint data_subject_requests_clinic_id_key unique (clinic_id, id),
  constraint data_subject_requests_patient_fkey foreign key (clinic_id, patient_id)
    references public.patients (clinic_id, id) on delete restrict,
  constraint data_subject_requests_representative_fkey foreign key (clinic_id, patient_id, representative_id)
    references public.patient_representatives (clinic_id, patient_id, id) on delete restrict,
  constraint data_subject_requests_channel_check check (channel in ('portal', 'counter', 'email', 'phone', 'letter', 'message')),
  constraint data_subject_requests_basis_check check (due_basis in ('art19_I', 'art19_II', 'art19_II_small_agent', 'immediate', 'house')),
  constraint data_subject_requests_identity_check check ((identity_status = 'verified') = (verified_at is not null and verification_method is not null)),
  constraint data_subject_requests_refused_check check (status <> 'refused' or legal_reason is not null),
  constraint data_subject_requests_closed_check check ((status in ('answered', 'partly', 'refused', 'withdrawn')) = (closed_at is not null)),
  constraint data_subject_requests_sha_check check (octet_length(response_sha256) = 32),
  constraint data_subject_requests_format_check check (response_format in ('json', 'pdf', 'html', 'csv', 'fhir'))
);

create index data_subject_requests_patient_idx on public.data_subject_requests (clinic_id, patient_id, representative_id);
create index data_subject_requests_due_idx on public.data_subject_requests (clinic_id, due_at) where closed_at is null;
create index data_subject_requests_received_idx on public.data_subject_requests (clinic_id, received_at desc);

-- The clock is set once, when the request arrives, with the rule it came from: a later rule does not move it.
create function app.start_clock() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  clinic record;
  day date;
begin
  select c.time_zone, c.anpd_small_agent into clinic from public.clinics c where c.id = new.clinic_id;
  day := (new.received_at at time zone clinic.time_zone)::date;
  new.due_basis := case
    when new.request_type in ('confirm', 'access_simple') then 'art19_I'
    when new.request_type = 'access_full' and clinic.anpd_small_agent then 'art19_II_small_agent'
    when new.request_type = 'access_full' then 'art19_II'
    when new.request_type in ('revoke', 'erase_consent_based') then 'immediate'
    else 'house'
  end;
  -- The day of receipt does not count; the last one is whole.
  new.due_at := app.local_midnight(
    day + 1 + case new.due_basis
      when 'art19_I' then 1
      when 'art19_II' then 15
      when 'art19_II_small_agent' then 30
      when 'immediate' then 0
      else 15
    end, clinic.time_zone);
  return new;
end
$$;
comment on function app.start_clock() is 'Prazo contado do recebimento, com a regra de onde veio.';
create trigger start_clock before insert on public.data_subject_requests
  for each row execute function app.start_clock();
create function app.keep_clock() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'the clock of a request does not move' using errcode = 'integrity_constraint_violation';
end
$$;
comment on function app.keep_clock() is 'O prazo de um pedido não se muda.';
create trigger keep_clock before update on public.data_subject_requests
  for each row when ((old.received_at, old.due_at, old.due_basis, old.request_type) is distinct from (new.received_at, new.due_at, new.due_basis, new.request_type))
  execute function app.keep_clock();
select app.keep('public.data_subject_requests');

comment on table public.data_subject_requests is 'Pedidos dos titulares (LGPD arts. 18 a 20). [sens audit=all rls=R2 keep=5y]';
comment on column public.data_subject_requests.id is 'Identificador. [int]';
comment on column public.data_subject_requests.clinic_id is 'Clínica. [int]';
comment on column public.data_subject_requests.patient_id is 'Titular; pode não se saber no início. [pers]';
comment on column public.data_subject_requests.representative_id is 'Quem pede em nome do titular. [pers]';
comment on column public.data_subject_requests.request_type is 'O que se pede. [pers]';
comment on column public.data_subject_requests.channel is 'Por onde chegou. [int evid]';
comment on column public.data_subject_requests.received_at is 'Recebimento: o prazo conta daqui. [int evid]';
comment on column public.data_subject_requests.identity_status is 'Identidade conferida? [pers]';
comment on column public.data_subject_requests.verified_at is 'Quando se conferiu. [pers]';
comment on column public.data_subject_requests.verification_method is 'Como se conferiu. [pers]';
comment on column public.data_subject_requests.due_at is 'Prazo, guardado ao receber. [int]';
comment on column public.data_subject_requests.due_basis is 'De onde vem o prazo: art. 19 II ou meta da clínica. [int]';
comment on column public.data_subject_requests.status is 'Situação. [int]';
comment on column public.data_subject_requests.outcome_code is 'Resultado. [int evid]';
comment on column public.data_subject_requests.legal_reason is 'Fundamento da recusa. [int evid]';
comment on column public.data_subject_requests.response_key is 'Chave opaca da resposta. [sens evid enc]';
comment on column public.data_subject_requests.response_sha256 is 'Prova da resposta. [sens evid]';
comment on column public.data_subject_requests.response_format is 'Formato da resposta. [int evid]';
comment on column public.data_subject_requests.copy_key is 'Chave opaca da cópia legível do que a aplicação cifrou. [sens evid]';
comment on column public.data_subject_requests.propagation is 'A quem se avisou. [int]';
comment on column public.data_subject_requests.assignee is 'Quem cuida. [int]';
comment on column public.data_subject_requests.closed_at is 'Encerramento. [int]';
comment on column public.data_subject_requests.created_at is 'Criação. [int]';
comment on column public.data_subject_requests.created_by is 'Quem criou. [int]';
comment on column public.data_subject_requests.updated_at is 'Última alteração. [int]';
comment on column public.data_subject_requests.row_version is 'Versão da linha. [int]';

reset role;
