set role neonpro_owner;

create type public.photo_stage as enum ('before', 'during', 'after');
create type public.photo_use as enum ('chart_only', 'teaching', 'publication');

create table public.clinical_photos (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null references public.clinics (id) on delete restrict,
  patient_id uuid not null,
  procedure_id uuid,
  object_key text not null,
  sha256 bytea not null,
  mime text not null,
  bytes bigint not null,
  stage public.photo_stage not null,
  taken_at timestamptz not null,
  taken_by uuid not null,
  metadata_stripped boolean not null,
  use_scope public.photo_use not null default 'chart_only',
  published_refs jsonb,
  deidentified_by uuid,
  deidentified_at timestamptz,
  created_at timestamptz not null default now(),
  created_by uuid default app.user_id(),
  updated_at timestamptz not null default now(),
  row_version integer not null default 1,
  constraint clinical_photos_clinic_id_key unique (clinic_id, id),
  constraint clinical_photos_patient_fkey foreign key (clinic_id, patient_id)
    references public.patients (clinic_id, id) on delete restrict,
  constraint clinical_photos_procedure_fkey foreign key (clinic_id, procedure_id)
    references public.procedures (clinic_id, id) on delete restrict,
  constraint clinical_photos_object_key_key unique (clinic_id, object_key),
  constraint clinical_photos_sha_check check (octet_length(sha256) = 32),
  constraint clinical_photos_bytes_check check (bytes > 0),
  constraint clinical_photos_mime_check check (mime in ('image/jpeg', 'image/png', 'image/webp')),
  constraint clinical_photos_publication_check check (
    use_scope = 'chart_only' or (metadata_stripped and deidentified_by is not null and deidentified_at is not null)
  ),
  constraint clinical_photos_during_check check (stage <> 'during' or use_scope <> 'publication')
);

create index clinical_photos_patient_idx on public.clinical_photos (clinic_id, patient_id, taken_at desc);
create index clinical_photos_procedure_idx on public.clinical_photos (clinic_id, procedure_id) where procedure_id is not null;

-- Definer: the gate sees the consent whoever publishes, and holds it until the publication is done.
create function app.check_photo() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if new.use_scope = 'chart_only' or (tg_op = 'UPDATE' and new.use_scope = old.use_scope and new.published_refs is not distinct from old.published_refs) then
    return new;
  end if;
  perform from public.consent_records c
  join public.processing_activities a on a.clinic_id = c.clinic_id and a.id = c.activity_id
  where c.clinic_id = new.clinic_id and c.patient_id = new.patient_id and c.kind = 'image' and c.status = 'granted'
    and c.decided_at <= clock_timestamp() and (c.expires_at is null or c.expires_at > clock_timestamp())
    and c.proof_lost_at is null
    and a.purpose_code = 'media.' || new.use_scope and not app.consents_held(new.clinic_id)
  for share of c;
  if not found then
    raise exception 'no valid consent to this use of the image' using errcode = 'check_violation';
  end if;
  return new;
end
$$;
comment on function app.check_photo() is 'Porteira do uso da imagem.';
create trigger check_photo before insert or update on public.clinical_photos
  for each row execute function app.check_photo();

-- A withdrawal takes the image back to the chart in the same transaction.
create function app.close_photos() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  update public.clinical_photos f
  set use_scope = 'chart_only'
  from public.processing_activities a
  where a.clinic_id = new.clinic_id and a.id = new.activity_id
    and f.clinic_id = new.clinic_id and f.patient_id = new.patient_id and a.purpose_code = 'media.' || f.use_scope;
  return null;
end
$$;
comment on function app.close_photos() is 'Fim do consentimento devolve a imagem ao prontuário.';
create trigger close_photos after update of status on public.consent_records
  for each row when (new.kind = 'image' and old.status = 'granted' and new.status in ('withdrawn', 'expired') and new.status_reason <> 'superseded')
  execute function app.close_photos();
alter table public.clinical_photos enable always trigger check_photo;
alter table public.consent_records enable always trigger close_photos;
select app.keep('public.clinical_photos');

comment on table public.clinical_photos is 'Fotografias clínicas: o arquivo fica fora, sem identidade no nome. [sens audit=all rls=R2 keep=chart]';
comment on column public.clinical_photos.id is 'Identificador. [int]';
comment on column public.clinical_photos.clinic_id is 'Clínica. [int]';
comment on column public.clinical_photos.patient_id is 'Paciente. [sens]';
comment on column public.clinical_photos.procedure_id is 'Procedimento. [sens]';
comment on column public.clinical_photos.object_key is 'Chave opaca do arquivo. [sens evid enc]';
comment on column public.clinical_photos.sha256 is 'Prova do arquivo. [sens evid]';
comment on column public.clinical_photos.mime is 'Tipo do arquivo. [int]';
comment on column public.clinical_photos.bytes is 'Tamanho. [int]';
comment on column public.clinical_photos.stage is 'Momento: antes, durante, depois. [sens]';
comment on column public.clinical_photos.taken_at is 'Quando foi tirada. [sens]';
comment on column public.clinical_photos.taken_by is 'Quem tirou. [sens]';
comment on column public.clinical_photos.metadata_stripped is 'Metadados retirados. [int]';
comment on column public.clinical_photos.use_scope is 'Uso: além do prontuário exige consentimento ativo. [int]';
comment on column public.clinical_photos.published_refs is 'Onde foi publicada. [int]';
comment on column public.clinical_photos.deidentified_by is 'Quem retirou a identidade. [int evid]';
comment on column public.clinical_photos.deidentified_at is 'Quando se retirou a identidade (CFM 2.336/2023). [int evid]';
comment on column public.clinical_photos.created_at is 'Criação. [int]';
comment on column public.clinical_photos.created_by is 'Quem criou. [int]';
comment on column public.clinical_photos.updated_at is 'Última alteração. [int]';
comment on column public.clinical_photos.row_version is 'Versão da linha. [int]';

reset role;
