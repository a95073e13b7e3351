set role neonpro_owner;

create table public.professionals (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null references public.clinics (id) on delete restrict,
  user_id uuid,
  full_name text not null,
  cpf_enc bytea,
  cpf_bidx bytea,
  professional_type public.professional_type not null,
  council text,
  license_number text,
  license_state text,
  rqe text,
  license_status text not null default 'unchecked',
  license_checked_at timestamptz,
  license_valid_until date,
  certificate_serial text,
  certificate_valid_until timestamptz,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  created_by uuid default app.user_id(),
  updated_at timestamptz not null default now(),
  row_version integer not null default 1,
  constraint professionals_clinic_id_key unique (clinic_id, id),
  constraint professionals_cpf_key unique (clinic_id, cpf_bidx),
  constraint professionals_license_key unique (clinic_id, council, license_state, license_number),
  constraint professionals_license_check check (
    professional_type = 'aesthetician' or (council is not null and license_number is not null and license_state is not null)
  ),
  constraint professionals_council_check check (
    case professional_type
      when 'doctor' then council = 'CRM'
      when 'dentist' then council = 'CRO'
      when 'nurse' then council = 'COREN'
      when 'biomedical' then council = 'CRBM'
      when 'pharmacist' then council = 'CRF'
      when 'physiotherapist' then council = 'CREFITO'
      when 'nutritionist' then council = 'CRN'
      when 'psychologist' then council = 'CRP'
      else true
    end
  ),
  constraint professionals_state_check check (license_state ~ '^[A-Z]{2}$'),
  constraint professionals_license_status_check check (
    license_status in ('unchecked', 'regular', 'suspended', 'cancelled', 'not_required')
  )
);
create index professionals_user_idx on public.professionals (user_id) where user_id is not null;

alter table public.clinics add constraint clinics_technical_director_fkey
  foreign key (id, technical_director_id) references public.professionals (clinic_id, id) on delete restrict;

select app.keep('public.professionals');

comment on table public.professionals is 'Quem pode fazer e assinar o quê. [pers audit=writes rls=R1 keep=20y]';
comment on column public.professionals.id is 'Identificador. [int]';
comment on column public.professionals.clinic_id is 'Clínica. [int]';
comment on column public.professionals.user_id is 'Usuário que entra no sistema. [int]';
comment on column public.professionals.full_name is 'Nome completo. [pers]';
comment on column public.professionals.cpf_enc is 'CPF cifrado. [pers id]';
comment on column public.professionals.cpf_bidx is 'Índice cego do CPF (HMAC com chave da clínica). [pers id]';
comment on column public.professionals.professional_type is 'Profissão. [pub]';
comment on column public.professionals.council is 'Conselho. [pub]';
comment on column public.professionals.license_number is 'Número no conselho. [pub]';
comment on column public.professionals.license_state is 'UF do conselho. [pub]';
comment on column public.professionals.rqe is 'Registro de qualificação de especialista. [pub]';
comment on column public.professionals.license_status is 'Situação no conselho. [pub]';
comment on column public.professionals.license_checked_at is 'Última consulta ao conselho. [pub]';
comment on column public.professionals.license_valid_until is 'Validade do registro. [pub]';
comment on column public.professionals.certificate_serial is 'Série do certificado ICP-Brasil. [pub]';
comment on column public.professionals.certificate_valid_until is 'Validade do certificado. [pub]';
comment on column public.professionals.is_active is 'Ativo; nunca se apaga (NGS1.03.09). [int]';
comment on column public.professionals.created_at is 'Criação. [int]';
comment on column public.professionals.created_by is 'Quem criou. [int]';
comment on column public.professionals.updated_at is 'Última alteração. [int]';
comment on column public.professionals.row_version is 'Versão da linha. [int]';

create function app.own_professionals() returns uuid[]
language plpgsql stable security definer parallel safe set search_path = pg_catalog, pg_temp
as $$
declare
  professionals uuid[];
begin
  professionals := array(
    select p.id
    from public.professionals p
    where p.user_id = app.user_id() and p.is_active and p.clinic_id = coalesce(app.clinic_id(), p.clinic_id)
  );
  return professionals;
end
$$;
comment on function app.own_professionals() is 'Cadastros profissionais do próprio usuário.';

reset role;
