set role neonpro_owner;

create table public.clinics (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  tax_id text not null,
  time_zone text not null default 'America/Sao_Paulo',
  cnes_number text,
  health_licence_number text,
  health_licence_valid_until date,
  cfm_registration text,
  technical_director_id uuid,
  dpo_name text,
  dpo_email text,
  dpo_act_date date,
  dpo_substitute text,
  anpd_small_agent boolean not null default false,
  small_agent_assessment text,
  individual_office boolean not null default false,
  paperless boolean not null default false,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  created_by uuid default app.user_id(),
  updated_at timestamptz not null default now(),
  row_version integer not null default 1,
  constraint clinics_tax_id_key unique (tax_id),
  constraint clinics_tax_id_check check (app.is_cnpj(tax_id)),
  constraint clinics_cnes_check check (cnes_number ~ '^[0-9]{7}$'),
  constraint clinics_small_agent_check check (not anpd_small_agent or small_agent_assessment is not null)
);
-- A clinic whose director is asked for, and the foreign key that professionals add.
create index clinics_technical_director_idx on public.clinics (id, technical_director_id);

create function app.check_clinic() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (select from pg_timezone_names where name = new.time_zone) then
    raise exception 'time zone % is not known', new.time_zone using errcode = 'check_violation';
  end if;
  return new;
end
$$;
comment on function app.check_clinic() is 'O fuso tem de existir.';
create trigger check_clinic before insert or update of time_zone on public.clinics
  for each row execute function app.check_clinic();
select app.keep('public.clinics');

comment on table public.clinics is 'Clínicas e suas licenças: cada uma é um inquilino. [pers audit=writes rls=R1 keep=20y]';
comment on column public.clinics.id is 'Identificador. [int]';
comment on column public.clinics.name is 'Nome. [pub]';
comment on column public.clinics.tax_id is 'CNPJ, sem pontuação. [pub]';
comment on column public.clinics.time_zone is 'Fuso IANA: decide quando um dia termina. [int]';
comment on column public.clinics.cnes_number is 'CNES. [pub]';
comment on column public.clinics.health_licence_number is 'Alvará sanitário. [pub]';
comment on column public.clinics.health_licence_valid_until is 'Validade do alvará. [pub]';
comment on column public.clinics.cfm_registration is 'Inscrição da empresa no CRM. [pub]';
comment on column public.clinics.technical_director_id is 'Diretor técnico. [pers]';
comment on column public.clinics.dpo_name is 'Encarregado (Res. CD/ANPD 18/2024). [pers]';
comment on column public.clinics.dpo_email is 'Contato publicado do encarregado. [pers]';
comment on column public.clinics.dpo_act_date is 'Data do ato de indicação. [pers]';
comment on column public.clinics.dpo_substitute is 'Substituto do encarregado. [pers]';
comment on column public.clinics.anpd_small_agent is 'Agente de pequeno porte (Res. CD/ANPD 2/2022). [int]';
comment on column public.clinics.small_agent_assessment is 'Por que se enquadra. [int]';
comment on column public.clinics.individual_office is 'Consultório individual (RDC 36/2013). [int]';
comment on column public.clinics.paperless is 'Prontuário sem papel: exige NGS2. [int]';
comment on column public.clinics.is_active is 'Em funcionamento. [int]';
comment on column public.clinics.created_at is 'Criação. [int]';
comment on column public.clinics.created_by is 'Quem criou. [int]';
comment on column public.clinics.updated_at is 'Última alteração. [int]';
comment on column public.clinics.row_version is 'Versão da linha. [int]';

reset role;
