set role neonpro_owner;

create type public.prescription_kind as enum (
  'simple', 'retained', 'special_control', 'notification_a', 'notification_b', 'notification_b2', 'retinoid', 'thalidomide'
);
create type public.prescription_status as enum ('draft', 'signed', 'cancelled', 'dispensed');

create table public.prescriptions (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null references public.clinics (id) on delete restrict,
  patient_id uuid not null,
  professional_id uuid not null,
  medical_record_id uuid not null,
  kind public.prescription_kind not null,
  items jsonb not null,
  control_list text,
  sncr_number text,
  signature_id uuid,
  issued_at timestamptz,
  valid_until date,
  status public.prescription_status not null default 'draft',
  created_at timestamptz not null default now(),
  created_by uuid default app.user_id(),
  updated_at timestamptz not null default now(),
  row_version integer not null default 1,
  constraint prescriptions_clinic_id_key unique (clinic_id, id),
  constraint prescriptions_patient_fkey foreign key (clinic_id, patient_id)
    references public.patients (clinic_id, id) on delete restrict,
  constraint prescriptions_professional_fkey foreign key (clinic_id, professional_id)
    references public.professionals (clinic_id, id) on delete restrict,
  constraint prescriptions_medical_record_fkey foreign key (clinic_id, medical_record_id)
    references public.medical_records (clinic_id, id) on delete restrict,
  constraint prescriptions_signature_fkey foreign key (clinic_id, signature_id)
    references public.digital_signatures (clinic_id, id) on delete restrict,
  constraint prescriptions_items_check check (jsonb_typeof(items) = 'array' and jsonb_array_length(items) > 0),
  constraint prescriptions_signed_check check (status not in ('signed', 'dispensed') or (signature_id is not null and issued_at is not null)),
  constraint prescriptions_sncr_check check (status = 'draft' or kind in ('simple', 'retained') or sncr_number is not null)
);

create index prescriptions_patient_idx on public.prescriptions (clinic_id, patient_id, issued_at desc);
create index prescriptions_professional_idx on public.prescriptions (clinic_id, professional_id);
create index prescriptions_record_idx on public.prescriptions (clinic_id, medical_record_id);
create index prescriptions_signature_idx on public.prescriptions (clinic_id, signature_id) where signature_id is not null;

-- Counted from the day after the issue, as the SNGPC does.
-- 30 days: Portaria SVS/MS 344/1998 arts. 41 and 45 (A, B; wording of RDC 873/2024), 50 and 52 (retinoids, special control)
-- and RDC 58/2007 (B2).
-- 20 days: RDC 11/2011 (thalidomide). Regional councils and health departments apply 20; one reading of RDC 873/2024 (CRF-GO)
-- counts 30 here too: the shorter one holds.
-- 10 days: RDC 471/2021 (antimicrobials); 90 where the prescription says that the treatment is prolonged.
-- 90 days: RDC 973/2025 with IN 360/2025 (GLP-1 agonists: semaglutide, liraglutide, dulaglutide, tirzepatide, lixisenatide).
create function app.prescription_days(kind public.prescription_kind, control_list text) returns integer
language sql immutable parallel safe
as $$
  select case
    when kind = 'simple' then null
    when kind = 'thalidomide' then 20
    when kind = 'retained' then case when lower(control_list) in ('glp1', 'glp-1', 'uso prolongado') then 90 else 10 end
    else 30
  end
$$;
comment on function app.prescription_days(public.prescription_kind, text) is 'Validade máxima da receita em dias, conforme o tipo; nulo quando a lei não fixa.';

create function app.check_prescription() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  signed public.signature_level;
  most constant integer := app.prescription_days(new.kind, new.control_list);
  issued date;
begin
  if tg_op = 'DELETE' then
    raise exception 'prescriptions are cancelled, never deleted' using errcode = 'integrity_constraint_violation';
  end if;
  if tg_op = 'UPDATE' and old.status <> 'draft' and (
      (to_jsonb(new) - array['status', 'updated_at', 'row_version']) is distinct from (to_jsonb(old) - array['status', 'updated_at', 'row_version'])
      or not (new.status = old.status or (old.status = 'signed' and new.status in ('cancelled', 'dispensed')))
    ) then
    raise exception 'a signed prescription is frozen' using errcode = 'integrity_constraint_violation';
  end if;
  if new.status = 'signed' and (tg_op = 'INSERT' or old.status = 'draft') then
    select s.level into signed
    from public.digital_signatures s
    where s.clinic_id = new.clinic_id and s.id = new.signature_id and s.document_table = 'public.prescriptions'
      and s.document_id = new.id and s.signed_at = new.issued_at;
    if not found or signed = 'simple' or (new.kind not in ('simple', 'retained') and signed <> 'qualified') then
      raise exception 'this kind of prescription needs a signature of a higher level' using errcode = 'check_violation';
    end if;
    select (new.issued_at at time zone k.time_zone)::date into issued from public.clinics k where k.id = new.clinic_id;
    new.valid_until := coalesce(new.valid_until, issued + most);
    if new.valid_until < issued then
      raise exception 'a prescription does not end before it is issued' using errcode = 'check_violation';
    end if;
    if new.valid_until > issued + most then
      raise exception 'this kind of prescription is valid for % days at most', most using errcode = 'check_violation';
    end if;
  end if;
  return new;
end
$$;
comment on function app.check_prescription() is 'Assinada, a prescrição congela; o nível da assinatura e a validade dependem do tipo.';
create trigger check_prescription before insert or update or delete on public.prescriptions
  for each row execute function app.check_prescription();
create trigger refuse_truncate before truncate on public.prescriptions
  for each statement execute function app.refuse_statement();
alter table public.prescriptions enable always trigger check_prescription, enable always trigger refuse_truncate;
select app.keep('public.prescriptions');

comment on table public.prescriptions is 'Prescrições. [sens audit=all rls=R2 keep=chart]';
comment on column public.prescriptions.id is 'Identificador. [int]';
comment on column public.prescriptions.clinic_id is 'Clínica. [int]';
comment on column public.prescriptions.patient_id is 'Paciente. [sens]';
comment on column public.prescriptions.professional_id is 'Profissional. [sens]';
comment on column public.prescriptions.medical_record_id is 'Registro do prontuário. [sens]';
comment on column public.prescriptions.kind is 'Tipo de receita. [sens]';
comment on column public.prescriptions.items is 'Itens: fármaco, dose, forma, quantidade, uso. [sens]';
comment on column public.prescriptions.control_list is 'Lista da Portaria 344/1998; nas retidas, GLP-1, ou uso prolongado de antimicrobiano. [sens]';
comment on column public.prescriptions.sncr_number is 'Número do SNCR (controlada eletrônica). [int]';
comment on column public.prescriptions.signature_id is 'Assinatura digital. [int evid]';
comment on column public.prescriptions.issued_at is 'Emissão: o instante da assinatura. [int]';
comment on column public.prescriptions.valid_until is 'Validade, conforme o tipo. [int]';
comment on column public.prescriptions.status is 'Situação. [int]';
comment on column public.prescriptions.created_at is 'Criação. [int]';
comment on column public.prescriptions.created_by is 'Quem criou. [int]';
comment on column public.prescriptions.updated_at is 'Última alteração. [int]';
comment on column public.prescriptions.row_version is 'Versão da linha. [int]';

reset role;
