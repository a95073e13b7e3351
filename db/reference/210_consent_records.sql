set role neonpro_owner;

create table public.consent_records (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null references public.clinics (id) on delete restrict,
  patient_id uuid not null,
  activity_id uuid not null,
  term_id uuid not null,
  kind public.consent_kind not null,
  status public.consent_status not null default 'pending',
  status_reason text,
  decided_at timestamptz,
  recorded_at timestamptz not null default now(),
  granted_at timestamptz,
  expires_at timestamptz,
  ended_at timestamptz,
  end_declared_at timestamptz,
  collection_method public.collection_method,
  signer_kind public.consent_signer,
  representative_id uuid,
  evidence_sha256 bytea,
  evidence_object_key text,
  signature_id uuid,
  ip inet,
  user_agent text,
  locale text,
  witness_user_id uuid,
  capture_key text not null,
  previous_id uuid,
  receipt_id uuid,
  proof_lost_at timestamptz,
  created_at timestamptz not null default now(),
  created_by uuid default app.user_id(),
  updated_at timestamptz not null default now(),
  row_version integer not null default 1,
  -- What lists filter and sort by, in types whose comparison is leakproof: an enum's is not, so row security would keep
  -- its index and its statistics from the planner.
  state text not null generated always as (
    case status when 'pending' then 'pending' when 'granted' then 'granted' when 'expired' then 'expired'
      else case when status_reason = 'refused' then 'refused' else 'withdrawn' end end
  ) stored,
  changed_at timestamptz not null generated always as (coalesce(ended_at, granted_at, recorded_at)) stored,
  constraint consent_records_clinic_id_key unique (clinic_id, id),
  constraint consent_records_capture_key unique (clinic_id, capture_key),
  constraint consent_records_patient_fkey foreign key (clinic_id, patient_id)
    references public.patients (clinic_id, id) on delete restrict,
  constraint consent_records_activity_fkey foreign key (clinic_id, activity_id)
    references public.processing_activities (clinic_id, id) on delete restrict,
  constraint consent_records_term_fkey foreign key (clinic_id, activity_id, term_id)
    references public.consent_terms (clinic_id, activity_id, id) on delete restrict,
  constraint consent_records_representative_fkey foreign key (clinic_id, patient_id, representative_id)
    references public.patient_representatives (clinic_id, patient_id, id) on delete restrict,
  constraint consent_records_previous_fkey foreign key (clinic_id, previous_id)
    references public.consent_records (clinic_id, id) on delete restrict,
  constraint consent_records_state_check check (state in ('pending', 'granted', 'withdrawn', 'refused', 'expired')),
  constraint consent_records_granted_check check (
    granted_at is null
    or (decided_at is not null and evidence_sha256 is not null and signer_kind is not null and collection_method is not null)
  ),
  constraint consent_records_status_check check (
    case status
      when 'pending' then granted_at is null and ended_at is null and status_reason is null
      when 'granted' then granted_at is not null and ended_at is null and status_reason is null
      else ended_at is not null and status_reason is not null
    end
  ),
  constraint consent_records_reason_check check (
    case
      when status = 'withdrawn' and granted_at is null then status_reason in ('refused', 'request_cancelled')
      when status = 'withdrawn' then status_reason in ('subject_request', 'representative_request', 'vitiated')
      when status = 'expired' and granted_at is null then status_reason = 'request_timeout'
      when status = 'expired' then status_reason in (
        'period_elapsed', 'superseded', 'purpose_ended', 'capacity_changed', 'deceased', 'entered_in_error', 'merged'
      )
      else status_reason is null
    end
  ),
  constraint consent_records_end_check check (
    end_declared_at is null or (end_declared_at <= ended_at and (granted_at is null or end_declared_at >= decided_at))
  ),
  constraint consent_records_interval_check check (expires_at is null or (decided_at is not null and expires_at > decided_at)),
  constraint consent_records_signer_check check (
    signer_kind is null or (signer_kind = 'patient') = (representative_id is null)
  ),
  constraint consent_records_sha_check check (octet_length(evidence_sha256) = 32)
);
create unique index consent_records_one_granted_idx on public.consent_records (clinic_id, patient_id, activity_id)
  where status = 'granted';
create unique index consent_records_one_pending_idx on public.consent_records (clinic_id, patient_id, activity_id)
  where status = 'pending';
create index consent_records_patient_idx on public.consent_records (clinic_id, patient_id, representative_id);
create index consent_records_term_idx on public.consent_records (clinic_id, activity_id, term_id);
create index consent_records_previous_idx on public.consent_records (clinic_id, previous_id) where previous_id is not null;
-- The order of the list: when the clinic last came to know something.
create index consent_records_changed_idx on public.consent_records (clinic_id, changed_at desc, id desc);
create index consent_records_state_idx on public.consent_records (clinic_id, state, changed_at desc, id desc);
create index consent_records_expiring_idx on public.consent_records (clinic_id, expires_at) where status = 'granted';

comment on table public.consent_records is 'Consentimentos: só as funções consent_* escrevem. [sens audit=all rls=R2 keep=10y]';
comment on column public.consent_records.id is 'Identificador. [int]';
comment on column public.consent_records.clinic_id is 'Clínica. [int]';
comment on column public.consent_records.patient_id is 'Paciente. [pers]';
comment on column public.consent_records.activity_id is 'Finalidade. [int]';
comment on column public.consent_records.term_id is 'Versão do termo. [int]';
comment on column public.consent_records.kind is 'Tipo: dados, procedimento, imagem, telemedicina… [sens]';
comment on column public.consent_records.status is 'Situação gravada; a efetiva está em v_consent_effective. [int]';
comment on column public.consent_records.status_reason is 'Por que terminou. [int]';
comment on column public.consent_records.decided_at is 'Quando a pessoa decidiu. [int evid]';
comment on column public.consent_records.recorded_at is 'Quando o sistema soube do pedido. [int evid]';
comment on column public.consent_records.granted_at is 'Quando o sistema registrou a concessão. [int evid]';
comment on column public.consent_records.expires_at is 'Fim do prazo (exclusive). [int evid]';
comment on column public.consent_records.ended_at is 'Quando o sistema registrou o fim. [int evid]';
comment on column public.consent_records.end_declared_at is 'Quando a pessoa declarou o fim. [int evid]';
comment on column public.consent_records.collection_method is 'Meio da coleta. [int evid]';
comment on column public.consent_records.signer_kind is 'Quem assinou. [pers]';
comment on column public.consent_records.representative_id is 'Representante que assinou. [pers]';
comment on column public.consent_records.evidence_sha256 is 'Prova da evidência. [int evid]';
comment on column public.consent_records.evidence_object_key is 'Chave opaca da evidência. [int evid]';
comment on column public.consent_records.signature_id is 'Assinatura digital. [int evid]';
comment on column public.consent_records.ip is 'Endereço de onde se assinou. [pers evid]';
comment on column public.consent_records.user_agent is 'Programa com que se assinou. [pers evid]';
comment on column public.consent_records.locale is 'Língua mostrada. [int evid]';
comment on column public.consent_records.witness_user_id is 'Quem colheu. [pers]';
comment on column public.consent_records.capture_key is 'Chave que impede colher duas vezes. [int]';
comment on column public.consent_records.previous_id is 'Consentimento que este renova. [int]';
comment on column public.consent_records.receipt_id is 'Último recibo. [int]';
comment on column public.consent_records.proof_lost_at is 'Desde quando a prova não está disponível. [int]';
comment on column public.consent_records.created_at is 'Criação. [int]';
comment on column public.consent_records.created_by is 'Quem criou. [int]';
comment on column public.consent_records.updated_at is 'Última alteração. [int]';
comment on column public.consent_records.row_version is 'Versão da linha. [int]';
comment on column public.consent_records.state is 'Situação gravada, com a recusa à parte. [int]';
comment on column public.consent_records.changed_at is 'Quando a clínica soube do último passo. [int]';

reset role;
