set role neonpro_owner;

create table public.consent_terms (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null references public.clinics (id) on delete restrict,
  activity_id uuid not null,
  version integer not null,
  title text not null,
  body text not null,
  plain_summary text not null,
  refusal_consequence text not null,
  language text not null default 'pt-BR',
  body_sha256 bytea not null,
  material_change boolean not null default false,
  change_summary text,
  highlighted_clause boolean not null default false,
  reviewed_by uuid,
  published_at timestamptz,
  retired_at timestamptz,
  created_at timestamptz not null default now(),
  created_by uuid default app.user_id(),
  updated_at timestamptz not null default now(),
  row_version integer not null default 1,
  constraint consent_terms_clinic_id_key unique (clinic_id, id),
  -- One term, one purpose: a consent names both, and they must belong together.
  constraint consent_terms_activity_key unique (clinic_id, activity_id, id),
  constraint consent_terms_version_key unique (clinic_id, activity_id, version),
  constraint consent_terms_activity_fkey foreign key (clinic_id, activity_id)
    references public.processing_activities (clinic_id, id) on delete restrict,
  constraint consent_terms_version_check check (version >= 1),
  constraint consent_terms_change_check check (not material_change or change_summary is not null),
  constraint consent_terms_publish_check check (published_at is null or (highlighted_clause and reviewed_by is not null)),
  constraint consent_terms_retire_check check (retired_at is null or retired_at >= published_at)
);

create function app.check_term() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE' and old.published_at is not null then
    if (to_jsonb(new) - array['retired_at', 'updated_at', 'row_version'])
        is distinct from (to_jsonb(old) - array['retired_at', 'updated_at', 'row_version'])
      or (old.retired_at is not null and new.retired_at is distinct from old.retired_at) then
      raise exception 'a published term is frozen: retire it and publish a new version'
        using errcode = 'integrity_constraint_violation';
    end if;
  end if;
  if tg_op = 'UPDATE' and (new.activity_id, new.version) is distinct from (old.activity_id, old.version) then
    raise exception 'a term stays with its purpose and version' using errcode = 'integrity_constraint_violation';
  end if;
  if tg_op = 'DELETE' then
    if old.published_at is not null then
      raise exception 'a published term stays' using errcode = 'integrity_constraint_violation';
    end if;
    return old;
  end if;
  if new.published_at > clock_timestamp() then
    raise exception 'a term is not published in the future' using errcode = 'check_violation';
  end if;
  new.body_sha256 := sha256(convert_to(
    jsonb_build_array(new.language, new.title, new.body, new.plain_summary, new.refusal_consequence)::text, 'UTF8'));
  if tg_op = 'UPDATE' and old.reviewed_by is not null and new.reviewed_by = old.reviewed_by
    and new.body_sha256 <> old.body_sha256 then
    new.reviewed_by := null;
  end if;
  -- Whoever is signed in reviews only in their own name, as the officer; what was changed after it is to be read again.
  if app.user_id() is not null and new.reviewed_by is not null
    and (tg_op = 'INSERT' or new.reviewed_by is distinct from old.reviewed_by)
    and not (new.reviewed_by = app.user_id() and app.has_role(new.clinic_id, 'dpo')) then
    raise exception 'a term is reviewed by the data protection officer, in their own name'
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end
$$;
comment on function app.check_term() is 'Texto publicado não muda; a prova do texto é calculada aqui.';
create trigger check_term before insert or update or delete on public.consent_terms
  for each row execute function app.check_term();
create trigger refuse_truncate before truncate on public.consent_terms
  for each statement execute function app.refuse_statement();
alter table public.consent_terms enable always trigger check_term, enable always trigger refuse_truncate;
select app.keep('public.consent_terms');

comment on table public.consent_terms is 'Textos dos termos, por versão. [pub audit=writes rls=R1 keep=consent]';
comment on column public.consent_terms.id is 'Identificador. [int]';
comment on column public.consent_terms.clinic_id is 'Clínica. [int]';
comment on column public.consent_terms.activity_id is 'Finalidade, uma só. [pub]';
comment on column public.consent_terms.version is 'Versão. [pub]';
comment on column public.consent_terms.title is 'Título. [pub]';
comment on column public.consent_terms.body is 'Texto. [pub]';
comment on column public.consent_terms.plain_summary is 'Resumo em linguagem simples. [pub]';
comment on column public.consent_terms.refusal_consequence is 'O que acontece se recusar (art. 18 VIII). [pub]';
comment on column public.consent_terms.language is 'Língua. [pub]';
comment on column public.consent_terms.body_sha256 is 'Prova do texto. [int evid]';
comment on column public.consent_terms.material_change is 'Mudou finalidade, destinatário, controlador ou prazo (art. 8 §6). [pub]';
comment on column public.consent_terms.change_summary is 'O que mudou. [pub]';
comment on column public.consent_terms.highlighted_clause is 'Cláusula destacada (art. 8 §1). [int evid]';
comment on column public.consent_terms.reviewed_by is 'Quem reviu. [int evid]';
comment on column public.consent_terms.published_at is 'Publicação. [pub]';
comment on column public.consent_terms.retired_at is 'Retirada. [pub]';
comment on column public.consent_terms.created_at is 'Criação. [int]';
comment on column public.consent_terms.created_by is 'Quem criou. [int]';
comment on column public.consent_terms.updated_at is 'Última alteração. [int]';
comment on column public.consent_terms.row_version is 'Versão da linha. [int]';

reset role;
