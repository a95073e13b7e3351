set role neonpro_owner;

-- Two records of one person: both ledgers stay, and from then on the stricter answer counts for both.
create table public.patient_merges (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null references public.clinics (id) on delete restrict,
  from_patient_id uuid not null,
  into_patient_id uuid not null,
  reason text not null,
  created_at timestamptz not null default now(),
  created_by uuid default app.user_id(),
  updated_at timestamptz not null default now(),
  row_version integer not null default 1,
  constraint patient_merges_clinic_id_key unique (clinic_id, id),
  constraint patient_merges_from_key unique (clinic_id, from_patient_id),
  constraint patient_merges_from_fkey foreign key (clinic_id, from_patient_id)
    references public.patients (clinic_id, id) on delete restrict,
  constraint patient_merges_into_fkey foreign key (clinic_id, into_patient_id)
    references public.patients (clinic_id, id) on delete restrict,
  constraint patient_merges_two_check check (from_patient_id <> into_patient_id)
);
create index patient_merges_into_idx on public.patient_merges (clinic_id, into_patient_id);
create trigger refuse_change before update or delete on public.patient_merges
  for each row execute function app.refuse_change();
create trigger refuse_truncate before truncate on public.patient_merges
  for each statement execute function app.refuse_statement();
alter table public.patient_merges enable always trigger refuse_change, enable always trigger refuse_truncate;

create function app.same_person(p_clinic uuid, p_patient uuid) returns uuid[]
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  with root as (
    select coalesce(
      (select m.into_patient_id from public.patient_merges m where m.clinic_id = p_clinic and m.from_patient_id = p_patient),
      p_patient) as id
  )
  select array_agg(each.id)
  from root
  cross join lateral (
    select root.id
    union all
    select m.from_patient_id from public.patient_merges m where m.clinic_id = p_clinic and m.into_patient_id = root.id
  ) as each
$$;
comment on function app.same_person(uuid, uuid) is 'Todos os cadastros unidos a este, o que vale primeiro.';

comment on table public.patient_merges is 'Cadastros unidos: vale o segundo, e a resposta mais restrita. [pers audit=writes rls=R1 keep=chart]';
comment on column public.patient_merges.id is 'Identificador. [int]';
comment on column public.patient_merges.clinic_id is 'Clínica. [int]';
comment on column public.patient_merges.from_patient_id is 'Cadastro que sai. [pers]';
comment on column public.patient_merges.into_patient_id is 'Cadastro que fica. [pers]';
comment on column public.patient_merges.reason is 'Por que são a mesma pessoa. [pers]';
comment on column public.patient_merges.created_at is 'Criação. [int]';
comment on column public.patient_merges.created_by is 'Quem uniu. [int]';
comment on column public.patient_merges.updated_at is 'Igual à criação: a linha não muda. [int]';
comment on column public.patient_merges.row_version is 'Versão da linha. [int]';

reset role;
