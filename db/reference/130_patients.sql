set role neonpro_owner;

create table public.patients (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null references public.clinics (id) on delete restrict,
  user_id uuid,
  record_number text not null,
  full_name text not null,
  -- Compared byte by byte: >= and < are leakproof there, LIKE and lower() are not and would be kept from the index.
  search_name text collate "C" generated always as (
    translate(lower(full_name), 'áàâãäéèêëíìîïóòôõöúùûüçñ', 'aaaaaeeeeiiiiooooouuuucn')
  ) stored,
  social_name text,
  mother_name text,
  cpf_enc bytea,
  cpf_bidx bytea,
  cns text,
  birth_date date not null,
  birth_place text,
  sex text,
  gender_identity text,
  phone text,
  email text,
  address jsonb,
  legal_capacity public.legal_capacity not null default 'full',
  deceased_at date,
  ai_refusal_at timestamptz,
  access_restriction jsonb,
  last_record_at timestamptz,
  legal_hold boolean not null default false,
  hold_reason text,
  anonymized_at timestamptz,
  created_at timestamptz not null default now(),
  created_by uuid default app.user_id(),
  updated_at timestamptz not null default now(),
  row_version integer not null default 1,
  constraint patients_clinic_id_key unique (clinic_id, id),
  constraint patients_record_number_key unique (clinic_id, record_number),
  constraint patients_cpf_key unique (clinic_id, cpf_bidx),
  constraint patients_cns_key unique (clinic_id, cns),
  constraint patients_cns_check check (cns ~ '^[0-9]{15}$'),
  constraint patients_cpf_pair_check check ((cpf_enc is null) = (cpf_bidx is null)),
  constraint patients_birth_check check (birth_date between '1890-01-01' and '2200-01-01'),
  constraint patients_deceased_check check (deceased_at >= birth_date),
  constraint patients_sex_check check (sex in ('female', 'male', 'intersex', 'unknown')),
  constraint patients_hold_check check (not legal_hold or hold_reason is not null)
);
create index patients_user_idx on public.patients (user_id) where user_id is not null;
create index patients_name_idx on public.patients (clinic_id, search_name);
create index patients_last_record_idx on public.patients (clinic_id, last_record_at);
create index patients_birth_idx on public.patients (clinic_id, birth_date);

select app.keep('public.patients');

comment on table public.patients is 'Pacientes. [pers audit=all rls=R2 keep=chart]';
comment on column public.patients.id is 'Identificador. [int]';
comment on column public.patients.clinic_id is 'Clínica. [int]';
comment on column public.patients.user_id is 'Entrada do paciente no portal. [int]';
comment on column public.patients.record_number is 'Número do prontuário: interno, impresso em etiquetas. [pers id plain]';
comment on column public.patients.full_name is 'Nome completo. [pers]';
comment on column public.patients.search_name is 'Nome sem acento nem maiúscula, para a busca. [pers]';
comment on column public.patients.social_name is 'Nome social. [pers]';
comment on column public.patients.mother_name is 'Nome da mãe (CFM 1.638/2002). [pers]';
comment on column public.patients.cpf_enc is 'CPF cifrado. [pers id]';
comment on column public.patients.cpf_bidx is 'Índice cego do CPF (HMAC com chave da clínica). [pers id]';
comment on column public.patients.cns is 'Cartão Nacional de Saúde: vai em claro nos documentos ao SUS. [pers id plain]';
comment on column public.patients.birth_date is 'Nascimento: decide quem assina. [pers child]';
comment on column public.patients.birth_place is 'Naturalidade. [pers]';
comment on column public.patients.sex is 'Sexo. [pers]';
comment on column public.patients.gender_identity is 'Identidade de gênero. [sens]';
comment on column public.patients.phone is 'Telefone. [pers]';
comment on column public.patients.email is 'E-mail. [pers]';
comment on column public.patients.address is 'Endereço. [pers]';
comment on column public.patients.legal_capacity is 'Capacidade civil, com prova nos anexos. [pers child]';
comment on column public.patients.deceased_at is 'Falecimento: encerra consentimentos. [pers]';
comment on column public.patients.ai_refusal_at is 'Recusa de IA (CFM 2.454/2026). [pers]';
comment on column public.patients.access_restriction is 'Restrição pedida pelo paciente (NGS1.11.04). [sens]';
comment on column public.patients.last_record_at is 'Último registro no prontuário: início do prazo de guarda. [int]';
comment on column public.patients.legal_hold is 'Guarda obrigatória: impede descarte. [int]';
comment on column public.patients.hold_reason is 'Motivo da guarda. [int]';
comment on column public.patients.anonymized_at is 'Anonimização, só depois do ato de descarte. [int]';
comment on column public.patients.created_at is 'Criação. [int]';
comment on column public.patients.created_by is 'Quem criou. [int]';
comment on column public.patients.updated_at is 'Última alteração. [int]';
comment on column public.patients.row_version is 'Versão da linha. [int]';

create function app.own_patients() returns uuid[]
language plpgsql stable security definer parallel safe set search_path = pg_catalog, pg_temp
as $$
declare
  patients uuid[];
begin
  patients := array(
    select p.id
    from public.patients p
    where p.user_id = app.user_id() and p.clinic_id = coalesce(app.clinic_id(), p.clinic_id)
  );
  return patients;
end
$$;
comment on function app.own_patients() is 'Cadastros de paciente do próprio usuário (portal).';

create function app.my_clinics() returns uuid[]
language plpgsql stable security definer parallel safe set search_path = pg_catalog, pg_temp
as $$
declare
  clinics uuid[];
begin
  clinics := array(
    select m.clinic_id from public.clinic_members m
    where m.user_id = app.user_id() and m.is_active and m.valid_from <= now()
      and (m.valid_until is null or m.valid_until > now()) and m.clinic_id = coalesce(app.clinic_id(), m.clinic_id)
    union all
    select p.clinic_id from public.patients p
    where p.user_id = app.user_id() and p.clinic_id = coalesce(app.clinic_id(), p.clinic_id)
  );
  return clinics;
end
$$;
comment on function app.my_clinics() is 'Clínicas em que o usuário atua ou é paciente.';

reset role;
