set role neonpro_owner;

-- Evidence and answers, in the database itself: backed up, locked and audited with what they prove.
create table public.kept_files (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null references public.clinics (id) on delete restrict,
  patient_id uuid not null,
  kind text not null,
  mime text not null,
  bytes integer not null,
  sha256 bytea not null,
  content bytea not null,
  created_at timestamptz not null default now(),
  created_by uuid default app.user_id(),
  updated_at timestamptz not null default now(),
  row_version integer not null default 1,
  constraint kept_files_clinic_id_key unique (clinic_id, id),
  constraint kept_files_patient_fkey foreign key (clinic_id, patient_id)
    references public.patients (clinic_id, id) on delete restrict,
  constraint kept_files_kind_check check (kind in ('signature', 'scan', 'answer')),
  constraint kept_files_mime_check check (
    mime in ('application/json', 'application/pdf', 'image/jpeg', 'image/png', 'text/html')
  ),
  constraint kept_files_size_check check (bytes = octet_length(content) and bytes between 1 and 20971520),
  constraint kept_files_sha_check check (sha256 = sha256(content))
);
create index kept_files_patient_idx on public.kept_files (clinic_id, patient_id, created_at desc);
alter table public.kept_files alter column content set storage external;

create trigger refuse_change before update or delete on public.kept_files
  for each row execute function app.refuse_change();
create trigger refuse_truncate before truncate on public.kept_files
  for each statement execute function app.refuse_statement();
alter table public.kept_files enable always trigger refuse_change, enable always trigger refuse_truncate;

comment on table public.kept_files is 'Provas de consentimento e respostas a titulares; não mudam. [sens audit=writes rls=R2 keep=10y]';
comment on column public.kept_files.id is 'Identificador. [int]';
comment on column public.kept_files.clinic_id is 'Clínica. [int]';
comment on column public.kept_files.patient_id is 'Paciente. [pers]';
comment on column public.kept_files.kind is 'Assinatura eletrônica, papel digitalizado ou resposta. [int]';
comment on column public.kept_files.mime is 'Tipo, reconhecido pelo conteúdo. [int]';
comment on column public.kept_files.bytes is 'Tamanho em bytes. [int]';
comment on column public.kept_files.sha256 is 'Prova do conteúdo. [int evid]';
comment on column public.kept_files.content is 'Conteúdo: só sai como anexo, por função que registra quem o abriu. [sens evid plain]';
comment on column public.kept_files.created_at is 'Criação. [int]';
comment on column public.kept_files.created_by is 'Quem guardou. [int]';
comment on column public.kept_files.updated_at is 'Igual à criação: a linha não muda. [int]';
comment on column public.kept_files.row_version is 'Versão da linha. [int]';

reset role;
