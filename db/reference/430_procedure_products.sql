set role neonpro_owner;

create table public.procedure_products (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null references public.clinics (id) on delete restrict,
  procedure_id uuid not null,
  lot_id uuid not null,
  quantity numeric(12, 3) not null,
  unit text not null,
  site text,
  applied_at timestamptz not null,
  applied_by uuid not null,
  label_photo_key text,
  created_at timestamptz not null default now(),
  created_by uuid default app.user_id(),
  updated_at timestamptz not null default now(),
  row_version integer not null default 1,
  constraint procedure_products_clinic_id_key unique (clinic_id, id),
  constraint procedure_products_procedure_fkey foreign key (clinic_id, procedure_id)
    references public.procedures (clinic_id, id) on delete restrict,
  constraint procedure_products_lot_fkey foreign key (clinic_id, lot_id)
    references public.product_lots (clinic_id, id) on delete restrict,
  constraint procedure_products_applied_by_fkey foreign key (clinic_id, applied_by)
    references public.professionals (clinic_id, id) on delete restrict,
  constraint procedure_products_quantity_check check (quantity <> 0)
);

create index procedure_products_procedure_idx on public.procedure_products (clinic_id, procedure_id);
create index procedure_products_lot_idx on public.procedure_products (clinic_id, lot_id, applied_at);
create index procedure_products_applied_by_idx on public.procedure_products (clinic_id, applied_by);

-- Definer: using a lot lowers its stock whoever uses it, and no one else writes the stock.
create function app.use_lot() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  lot record;
  zone text;
begin
  select l.status, l.expires_on, l.quantity_left, l.unit into lot
  from public.product_lots l
  where l.clinic_id = new.clinic_id and l.id = new.lot_id
  for update;
  if not found then
    raise exception 'no such lot in this clinic' using errcode = 'insufficient_privilege';
  end if;
  select c.time_zone into zone from public.clinics c where c.id = new.clinic_id;
  if new.quantity > 0 and (lot.status <> 'available' or (new.applied_at at time zone zone)::date > lot.expires_on) then
    raise exception 'this lot is % or past its date: it is not used', lot.status using errcode = 'check_violation';
  end if;
  if lot.unit <> new.unit then
    raise exception 'the lot is counted in %', lot.unit using errcode = 'check_violation';
  end if;
  update public.product_lots l
  set quantity_left = l.quantity_left - new.quantity,
    status = case when l.quantity_left = new.quantity and l.status = 'available' then 'exhausted' else l.status end
  where l.clinic_id = new.clinic_id and l.id = new.lot_id;
  return new;
end
$$;
comment on function app.use_lot() is 'Baixa o estoque; lote vencido ou recolhido não se usa.';
create trigger use_lot before insert on public.procedure_products for each row execute function app.use_lot();
create trigger refuse_change before update or delete on public.procedure_products
  for each row execute function app.refuse_change();
create trigger refuse_truncate before truncate on public.procedure_products
  for each statement execute function app.refuse_statement();
alter table public.procedure_products
  enable always trigger use_lot, enable always trigger refuse_change, enable always trigger refuse_truncate;

-- Definer: the gate sees the consent and the lots whoever concludes.
create function app.check_procedure() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  service record;
  worker record;
  consent record;
begin
  if tg_op = 'UPDATE' and old.status in ('done', 'cancelled') and (to_jsonb(new) - array['updated_at', 'row_version', 'complications'])
      is distinct from (to_jsonb(old) - array['updated_at', 'row_version', 'complications']) then
    raise exception 'a concluded procedure is frozen' using errcode = 'integrity_constraint_violation';
  end if;
  if new.status <> 'done' or (tg_op = 'UPDATE' and old.status = 'done') then
    return new;
  end if;
  select s.requires_term_kinds, s.requires_lot, s.required_professional_types into service
  from public.services s
  where s.clinic_id = new.clinic_id and s.id = new.service_id;
  if not found then
    raise exception 'the service is not visible to this session' using errcode = 'insufficient_privilege';
  end if;
  select p.professional_type, p.license_status, p.license_valid_until into worker
  from public.professionals p
  where p.clinic_id = new.clinic_id and p.id = new.professional_id;
  if not found then
    raise exception 'the professional is not visible to this session' using errcode = 'insufficient_privilege';
  end if;
  if worker.professional_type <> all (service.required_professional_types)
    or worker.license_status not in ('regular', 'not_required') or worker.license_valid_until < new.started_at::date then
    raise exception 'this professional may not do this procedure now' using errcode = 'check_violation';
  end if;
  if 'procedure_tcle' = any (service.requires_term_kinds) then
    select c.patient_id, c.kind, c.decided_at, least(c.expires_at, c.end_declared_at, c.ended_at) as until into consent
    from public.consent_records c
    where c.clinic_id = new.clinic_id and c.id = new.consent_id and c.granted_at is not null
    for share;
    if not found or consent.patient_id <> new.patient_id or consent.kind <> 'procedure_tcle'
      or consent.decided_at > new.started_at or consent.until <= new.started_at then
      raise exception 'no consent to this procedure was valid when it began' using errcode = 'check_violation';
    end if;
    new.consent_checked_at := clock_timestamp();
  end if;
  if service.requires_lot and not exists (
    select from public.procedure_products u where u.clinic_id = new.clinic_id and u.procedure_id = new.id
  ) then
    raise exception 'this procedure needs the lot that was used' using errcode = 'check_violation';
  end if;
  return new;
end
$$;
comment on function app.check_procedure() is 'Porteira da conclusão: habilitação, consentimento, lote.';
create trigger check_procedure before insert or update on public.procedures
  for each row execute function app.check_procedure();
alter table public.procedures enable always trigger check_procedure;

comment on table public.procedure_products is 'Que lote foi usado em que procedimento; só cresce. [sens audit=all rls=R2 keep=chart]';
comment on column public.procedure_products.id is 'Identificador. [int]';
comment on column public.procedure_products.clinic_id is 'Clínica. [int]';
comment on column public.procedure_products.procedure_id is 'Procedimento. [sens]';
comment on column public.procedure_products.lot_id is 'Lote. [sens]';
comment on column public.procedure_products.quantity is 'Quantidade; negativa quando corrige. [int]';
comment on column public.procedure_products.unit is 'Unidade. [int]';
comment on column public.procedure_products.site is 'Região. [sens]';
comment on column public.procedure_products.applied_at is 'Quando se aplicou. [sens]';
comment on column public.procedure_products.applied_by is 'Profissional que aplicou. [sens]';
comment on column public.procedure_products.label_photo_key is 'Foto da etiqueta. [int evid]';
comment on column public.procedure_products.created_at is 'Criação. [int]';
comment on column public.procedure_products.created_by is 'Quem criou. [int]';
comment on column public.procedure_products.updated_at is 'Última alteração. [int]';
comment on column public.procedure_products.row_version is 'Versão da linha. [int]';

select app.keep('public.procedure_products');

reset role;
