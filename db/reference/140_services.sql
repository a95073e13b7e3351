set role neonpro_owner;

create table public.services (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null references public.clinics (id) on delete restrict,
  name text not null,
  description text,
  category text not null,
  tuss_code text,
  duration_minutes integer not null,
  price numeric(12, 2) not null,
  required_professional_types public.professional_type[] not null,
  requires_term_kinds text[] not null default '{}',
  requires_lot boolean not null default false,
  min_age integer,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  created_by uuid default app.user_id(),
  updated_at timestamptz not null default now(),
  row_version integer not null default 1,
  constraint services_clinic_id_key unique (clinic_id, id),
  constraint services_name_key unique (clinic_id, name),
  constraint services_category_check check (length(category) between 2 and 60),
  constraint services_duration_check check (duration_minutes > 0),
  constraint services_price_check check (price >= 0),
  constraint services_tuss_check check (tuss_code ~ '^[0-9]{8}$'),
  constraint services_types_check check (cardinality(required_professional_types) > 0),
  constraint services_terms_check check (
    requires_term_kinds <@ array['procedure_tcle', 'image', 'telemedicine', 'ai', 'media']
  ),
  constraint services_min_age_check check (min_age between 0 and 120)
);

select app.keep('public.services');

comment on table public.services is 'Catálogo de serviços e preços. [pub audit=writes rls=R1 keep=5y]';
comment on column public.services.id is 'Identificador. [int]';
comment on column public.services.clinic_id is 'Clínica. [int]';
comment on column public.services.name is 'Nome. [pub]';
comment on column public.services.description is 'Descrição. [pub]';
comment on column public.services.category is 'Categoria. [pub]';
comment on column public.services.tuss_code is 'Código TUSS. [pub]';
comment on column public.services.duration_minutes is 'Duração em minutos. [pub]';
comment on column public.services.price is 'Preço em reais. [pub]';
comment on column public.services.required_professional_types is 'Quem pode realizar. [pub]';
comment on column public.services.requires_term_kinds is 'Termos exigidos. [pub]';
comment on column public.services.requires_lot is 'Exige lote (injetáveis, dispositivos). [pub]';
comment on column public.services.min_age is 'Idade mínima. [pub]';
comment on column public.services.is_active is 'Oferecido. [pub]';
comment on column public.services.created_at is 'Criação. [int]';
comment on column public.services.created_by is 'Quem criou. [int]';
comment on column public.services.updated_at is 'Última alteração. [int]';
comment on column public.services.row_version is 'Versão da linha. [int]';

reset role;
