set role neonpro_owner;

create type public.notification_kind as enum (
  'appointment', 'consent_request', 'consent_expiring', 'term_changed', 'dsr_answer', 'incident_notice', 'recall', 'marketing'
);
create type public.notification_channel as enum ('email', 'sms', 'whatsapp', 'push', 'letter');

create table public.notifications (
  id uuid not null default gen_random_uuid(),
  clinic_id uuid not null references public.clinics (id) on delete restrict,
  patient_id uuid,
  user_id uuid,
  kind public.notification_kind not null,
  channel public.notification_channel not null,
  address_masked text not null,
  template_code text not null,
  template_version integer not null,
  consent_id uuid,
  related_table text,
  related_id uuid,
  queued_at timestamptz not null default now(),
  sent_at timestamptz,
  delivered_at timestamptz,
  failed_reason text,
  body_sha256 bytea not null,
  created_at timestamptz not null default now(),
  created_by uuid default app.user_id(),
  updated_at timestamptz not null default now(),
  row_version integer not null default 1,
  -- The key of a partitioned table holds the column it is parted by.
  constraint notifications_pkey primary key (clinic_id, id, queued_at),
  constraint notifications_patient_fkey foreign key (clinic_id, patient_id)
    references public.patients (clinic_id, id) on delete restrict,
  constraint notifications_consent_fkey foreign key (clinic_id, consent_id)
    references public.consent_records (clinic_id, id) on delete restrict,
  constraint notifications_one_check check ((patient_id is null) <> (user_id is null)),
  constraint notifications_marketing_check check (kind <> 'marketing' or (consent_id is not null and patient_id is not null)),
  constraint notifications_sha_check check (octet_length(body_sha256) = 32),
  constraint notifications_times_check check (coalesce(sent_at >= queued_at, true) and coalesce(delivered_at >= sent_at, true))
) partition by range (queued_at);
create table public.notifications_rest partition of public.notifications default;

create index notifications_patient_idx on public.notifications (clinic_id, patient_id, queued_at desc);
create index notifications_consent_idx on public.notifications (clinic_id, consent_id) where consent_id is not null;
create index notifications_queue_idx on public.notifications (clinic_id, queued_at) where sent_at is null and failed_reason is null;

-- Definer: the gate sees the consent whoever sends, when it is queued and again when it goes out.
create function app.check_notification() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if new.kind = 'marketing' and (tg_op = 'INSERT' or (old.sent_at is null and new.sent_at is not null)) then
    perform from public.consent_records c
    where c.clinic_id = new.clinic_id and c.id = new.consent_id and c.patient_id = new.patient_id and c.kind = 'marketing'
      and c.status = 'granted' and c.decided_at <= clock_timestamp() and (c.expires_at is null or c.expires_at > clock_timestamp())
      and c.proof_lost_at is null and not app.consents_held(new.clinic_id)
    for share;
    if not found then
      raise exception 'no valid consent to marketing' using errcode = 'check_violation';
    end if;
  end if;
  return new;
end
$$;
comment on function app.check_notification() is 'Porteira da divulgação.';
create trigger check_notification before insert or update on public.notifications
  for each row execute function app.check_notification();
alter table public.notifications enable always trigger check_notification;
select app.keep('public.notifications');
select app.close_partition('public.notifications', 'public.notifications_rest');
select app.make_partitions();

-- Whoever withdraws is not written to: what waits is stopped in the same transaction.
create function app.stop_marketing() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  update public.notifications n
  set failed_reason = 'consent ended'
  where n.clinic_id = new.clinic_id and n.consent_id = new.id and n.sent_at is null and n.failed_reason is null;
  return null;
end
$$;
comment on function app.stop_marketing() is 'Fim do consentimento tira da fila o que ainda não saiu.';
create trigger stop_marketing after update of status on public.consent_records
  for each row when (new.kind = 'marketing' and old.status = 'granted' and new.status in ('withdrawn', 'expired'))
  execute function app.stop_marketing();
alter table public.consent_records enable always trigger stop_marketing;

comment on table public.notifications is 'Avisos enviados: o envelope e a prova, não o texto. [sens audit=writes rls=R2 keep=5y]';
comment on column public.notifications.id is 'Identificador. [int]';
comment on column public.notifications.clinic_id is 'Clínica. [int]';
comment on column public.notifications.patient_id is 'Paciente avisado. [pers]';
comment on column public.notifications.user_id is 'Usuário avisado. [pers]';
comment on column public.notifications.kind is 'Assunto. [sens]';
comment on column public.notifications.channel is 'Canal. [pers]';
comment on column public.notifications.address_masked is 'Endereço, mascarado: serve só para reconhecer. [pers plain]';
comment on column public.notifications.template_code is 'Modelo: texto neutro, sem dado de saúde. [int]';
comment on column public.notifications.template_version is 'Versão do modelo. [int]';
comment on column public.notifications.consent_id is 'Consentimento; exigido para divulgação. [int]';
comment on column public.notifications.related_table is 'Tabela a que se refere. [int]';
comment on column public.notifications.related_id is 'Registro a que se refere. [int]';
comment on column public.notifications.queued_at is 'Entrou na fila. [int evid]';
comment on column public.notifications.sent_at is 'Enviado. [int evid]';
comment on column public.notifications.delivered_at is 'Entregue. [int evid]';
comment on column public.notifications.failed_reason is 'Por que falhou. [int evid]';
comment on column public.notifications.body_sha256 is 'Prova do texto. [int evid]';
comment on column public.notifications.created_at is 'Criação. [int]';
comment on column public.notifications.created_by is 'Quem criou. [int]';
comment on column public.notifications.updated_at is 'Última alteração. [int]';
comment on column public.notifications.row_version is 'Versão da linha. [int]';

reset role;
