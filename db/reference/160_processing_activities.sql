set role neonpro_owner;

create table public.processing_activities (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null references public.clinics (id) on delete restrict,
  purpose_code text not null,
  title text not null,
  description text not null,
  legal_basis public.legal_basis not null,
  basis_note text,
  sensitive_data boolean not null,
  children_data boolean not null default false,
  automated_decision boolean not null default false,
  high_risk boolean not null default false,
  condition_of_service boolean not null default false,
  data_categories text[] not null,
  subject_categories text[] not null,
  tables_used text[] not null,
  recipients jsonb not null default '[]',
  transfer_country text,
  transfer_mechanism text,
  retention_rule text not null,
  end_rule text not null,
  art16_item text not null,
  max_validity interval,
  security_measures text[] not null,
  ripd_key text,
  ripd_date date,
  owner text not null,
  reviewed_at timestamptz,
  next_review date not null,
  status public.activity_status not null default 'draft',
  created_at timestamptz not null default now(),
  created_by uuid default app.user_id(),
  updated_at timestamptz not null default now(),
  row_version integer not null default 1,
  constraint processing_activities_clinic_id_key unique (clinic_id, id),
  constraint processing_activities_purpose_key unique (clinic_id, purpose_code),
  constraint processing_activities_sensitive_check check (not sensitive_data or legal_basis::text like 'a11%'),
  -- What the service cannot be given without is not freely consented to (LGPD arts. 8 §3 and 9 §3): the basis is another.
  constraint processing_activities_condition_check check (not condition_of_service or legal_basis not in ('a7_i', 'a11_i')),
  constraint processing_activities_balance_check check (legal_basis <> 'a7_ix' or basis_note is not null),
  constraint processing_activities_categories_check check (
    cardinality(data_categories) > 0 and cardinality(subject_categories) > 0 and cardinality(tables_used) > 0
    and cardinality(security_measures) > 0
  ),
  constraint processing_activities_recipients_check check (jsonb_typeof(recipients) = 'array'),
  constraint processing_activities_transfer_check check ((transfer_country is null) = (transfer_mechanism is null)),
  constraint processing_activities_validity_check check (max_validity > interval '0'),
  constraint processing_activities_ripd_check check (not high_risk or (ripd_key is not null and ripd_date is not null))
);

select app.keep('public.processing_activities');

comment on table public.processing_activities is 'Finalidades e registro das operações (LGPD art. 37). [int audit=writes rls=R1 keep=5y]';
comment on column public.processing_activities.id is 'Identificador. [int]';
comment on column public.processing_activities.clinic_id is 'Clínica. [int]';
comment on column public.processing_activities.purpose_code is 'Código da finalidade. [pub]';
comment on column public.processing_activities.title is 'Título. [pub]';
comment on column public.processing_activities.description is 'Descrição. [pub]';
comment on column public.processing_activities.legal_basis is 'Base legal (LGPD arts. 7 e 11). [pub]';
comment on column public.processing_activities.basis_note is 'Teste de balanceamento, quando legítimo interesse. [int]';
comment on column public.processing_activities.sensitive_data is 'Trata dado sensível. [int]';
comment on column public.processing_activities.children_data is 'Trata dado de criança. [int]';
comment on column public.processing_activities.automated_decision is 'Decisão automatizada (art. 20). [int]';
comment on column public.processing_activities.high_risk is 'Alto risco: exige RIPD. [int]';
comment on column public.processing_activities.condition_of_service is 'Sem isto o serviço não se presta; então a base não é consentimento. [pub]';
comment on column public.processing_activities.data_categories is 'Categorias de dados. [int]';
comment on column public.processing_activities.subject_categories is 'Categorias de titulares. [int]';
comment on column public.processing_activities.tables_used is 'Tabelas em que se apoia. [int]';
comment on column public.processing_activities.recipients is 'Destinatários: nome, papel, país. [int]';
comment on column public.processing_activities.transfer_country is 'País de destino. [int]';
comment on column public.processing_activities.transfer_mechanism is 'Mecanismo da transferência. [int]';
comment on column public.processing_activities.retention_rule is 'Prazo de guarda. [int]';
comment on column public.processing_activities.end_rule is 'O que encerra o tratamento. [int]';
comment on column public.processing_activities.art16_item is 'Hipótese do art. 16. [int]';
comment on column public.processing_activities.max_validity is 'Validade máxima do consentimento. [int]';
comment on column public.processing_activities.security_measures is 'Medidas de segurança. [int]';
comment on column public.processing_activities.ripd_key is 'Relatório de impacto. [int]';
comment on column public.processing_activities.ripd_date is 'Data do relatório de impacto. [int]';
comment on column public.processing_activities.owner is 'Área responsável. [int]';
comment on column public.processing_activities.reviewed_at is 'Última revisão. [int]';
comment on column public.processing_activities.next_review is 'Próxima revisão. [int]';
comment on column public.processing_activities.status is 'Situação. [int]';
comment on column public.processing_activities.created_at is 'Criação. [int]';
comment on column public.processing_activities.created_by is 'Quem criou. [int]';
comment on column public.processing_activities.updated_at is 'Última alteração. [int]';
comment on column public.processing_activities.row_version is 'Versão da linha. [int]';

reset role;
