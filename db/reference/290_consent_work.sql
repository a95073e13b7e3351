set role neonpro_owner;

create function app.merge_patients(p_clinic uuid, p_from uuid, p_into uuid, p_reason text) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  at constant timestamptz := clock_timestamp();
  ended integer;
begin
  if not app.has_role(p_clinic, 'admin', 'dpo') then
    raise exception 'this role does not merge patients' using errcode = 'insufficient_privilege';
  end if;
  if exists (select from public.patient_merges m where m.clinic_id = p_clinic and p_into = m.from_patient_id)
    or exists (select from public.patient_merges m where m.clinic_id = p_clinic and p_from = m.into_patient_id) then
    raise exception 'merge into the record that stays, and only records into which none was merged'
      using errcode = 'object_not_in_prerequisite_state';
  end if;
  -- Whoever decides about either of them now waits for the merge, or it for them.
  perform c.id from public.consent_records c
  where c.clinic_id = p_clinic and c.patient_id in (p_from, p_into) and c.status in ('pending', 'granted')
  order by c.id for update;
  perform p.id from public.patients p where p.clinic_id = p_clinic and p.id in (p_from, p_into) order by p.id for update;
  insert into public.patient_merges (clinic_id, from_patient_id, into_patient_id, reason)
  values (p_clinic, p_from, p_into, p_reason);
  update public.consent_records c
  set status = 'withdrawn', status_reason = 'request_cancelled', ended_at = at
  where c.clinic_id = p_clinic and c.patient_id = p_from and c.status = 'pending';
  with latest as (
    select distinct on (c.patient_id, c.activity_id) c.patient_id, c.activity_id, c.status, c.status_reason
    from public.consent_records c
    where c.clinic_id = p_clinic and c.patient_id = any ((select app.same_person(p_clinic, p_into))::uuid[])
      and (c.granted_at is not null or c.status_reason = 'refused')
    order by c.patient_id, c.activity_id, coalesce(c.ended_at, c.granted_at) desc
  ), refused as (
    select distinct l.activity_id from latest l
    where l.status = 'withdrawn' and l.status_reason in ('refused', 'subject_request', 'representative_request', 'vitiated')
  )
  update public.consent_records c
  set status = 'expired', status_reason = 'merged', ended_at = at
  from refused r
  where c.clinic_id = p_clinic and c.activity_id = r.activity_id and c.status = 'granted'
    and c.patient_id = any ((select app.same_person(p_clinic, p_into))::uuid[]);
  get diagnostics ended = row_count;
  return ended;
end
$$;
comment on function app.merge_patients(uuid, uuid, uuid, text) is
  'Une dois cadastros: as duas cadeias ficam, vale a resposta mais restrita. Devolve quantos consentimentos terminaram.';

create function app.representative_dispute(p_clinic uuid, p_representative uuid, p_since date, p_document text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  update public.patient_representatives r set disputed_since = p_since, dispute_document = p_document
  where r.clinic_id = p_clinic and r.id = p_representative;
  if not found then
    raise exception 'a dispute between representatives is recorded by the data protection officer'
      using errcode = 'insufficient_privilege';
  end if;
end
$$;
comment on function app.representative_dispute(uuid, uuid, date, text) is
  'O encarregado registra que os responsáveis divergem, ou que já não divergem.';

create function app.file_keep(p_clinic uuid, p_patient uuid, p_kind text, p_mime text, p_content bytea) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  made uuid := gen_random_uuid();
begin
  if not app.has_role(p_clinic, 'admin', 'professional', 'dpo') then
    raise exception 'this role does not keep evidence' using errcode = 'insufficient_privilege';
  end if;
  if p_kind <> 'scan' then
    raise exception 'only scans are handed in; the rest is made here' using errcode = 'invalid_parameter_value';
  end if;
  insert into public.kept_files (id, clinic_id, patient_id, kind, mime, bytes, sha256, content)
  values (made, p_clinic, p_patient, p_kind, p_mime, octet_length(p_content), sha256(p_content), p_content);
  return made;
end
$$;
comment on function app.file_keep(uuid, uuid, text, text, bytea) is 'Guarda um papel digitalizado.';

create function app.file_open(p_clinic uuid, p_file uuid) returns table (mime text, kind text, content bytea)
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  file public.kept_files;
begin
  select f.* into file from public.kept_files f where f.clinic_id = p_clinic and f.id = p_file;
  if not found or not (app.has_role(p_clinic, 'admin', 'dpo') or file.patient_id = any (app.own_patients())
      or (file.kind <> 'answer' and app.has_role(p_clinic, 'professional'))) then
    raise exception 'no such file for you in this clinic' using errcode = 'no_data_found';
  end if;
  perform ledger.record_event(
    'disclose', p_clinic => p_clinic, p_table => 'public.kept_files', p_record => p_file, p_patient => file.patient_id,
    p_fields => array[file.kind], p_phi => true
  );
  return query select file.mime, file.kind, file.content;
end
$$;
comment on function app.file_open(uuid, uuid) is 'Entrega um arquivo, e escreve a quem.';

create function app.term_save(
  p_clinic uuid, p_activity uuid, p_term uuid, p_title text, p_body text, p_summary text, p_refusal text,
  p_material boolean, p_change text, p_highlighted boolean
) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  made uuid := coalesce(p_term, gen_random_uuid());
begin
  if not app.has_role(p_clinic, 'admin', 'dpo') then
    raise exception 'this role does not write terms' using errcode = 'insufficient_privilege';
  end if;
  if p_term is null then
    perform pg_advisory_xact_lock(hashtextextended('term ' || p_activity, 0));
    if exists (
      select from public.consent_terms t where t.clinic_id = p_clinic and t.activity_id = p_activity and t.published_at is null
    ) then
      raise exception 'this purpose has a draft already' using errcode = 'object_not_in_prerequisite_state';
    end if;
    insert into public.consent_terms (
      id, clinic_id, activity_id, version, title, body, plain_summary, refusal_consequence, body_sha256, material_change,
      change_summary, highlighted_clause
    )
    select made, p_clinic, p_activity, coalesce(max(t.version), 0) + 1, p_title, p_body, p_summary, p_refusal, '', p_material,
      p_change, p_highlighted
    from public.consent_terms t where t.clinic_id = p_clinic and t.activity_id = p_activity;
  else
    update public.consent_terms t
    set title = p_title, body = p_body, plain_summary = p_summary, refusal_consequence = p_refusal,
      material_change = p_material, change_summary = p_change, highlighted_clause = p_highlighted
    where t.clinic_id = p_clinic and t.id = p_term;
    if not found then
      raise exception 'no such term in this clinic' using errcode = 'no_data_found';
    end if;
  end if;
  return made;
end
$$;
comment on function app.term_save(uuid, uuid, uuid, text, text, text, text, boolean, text, boolean) is
  'Escreve um rascunho; o que muda depois da revisão volta a ser revisto.';

create function app.term_review(p_clinic uuid, p_term uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if not app.has_role(p_clinic, 'dpo') then
    raise exception 'a term is reviewed by the data protection officer, in their own name' using errcode = 'insufficient_privilege';
  end if;
  update public.consent_terms t set reviewed_by = app.user_id() where t.clinic_id = p_clinic and t.id = p_term and t.published_at is null;
  if not found then
    raise exception 'no such draft in this clinic' using errcode = 'no_data_found';
  end if;
end
$$;
comment on function app.term_review(uuid, uuid) is 'O encarregado reviu o rascunho.';

create function app.term_publish(p_clinic uuid, p_term uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  term public.consent_terms;
  at constant timestamptz := clock_timestamp();
begin
  if not app.has_role(p_clinic, 'dpo') then
    raise exception 'the data protection officer publishes' using errcode = 'insufficient_privilege';
  end if;
  select t.* into term from public.consent_terms t where t.clinic_id = p_clinic and t.id = p_term for update;
  if not found then
    raise exception 'no such draft in this clinic' using errcode = 'no_data_found';
  end if;
  if term.published_at is not null or term.reviewed_by is null or not term.highlighted_clause then
    raise exception 'a term is published once, after its review, with its highlighted clause'
      using errcode = 'object_not_in_prerequisite_state';
  end if;
  update public.consent_terms t set retired_at = at
  where t.clinic_id = p_clinic and t.activity_id = term.activity_id and t.published_at is not null and t.retired_at is null;
  update public.consent_terms t set published_at = at where t.clinic_id = p_clinic and t.id = p_term;
end
$$;
comment on function app.term_publish(uuid, uuid) is 'Publica o rascunho revisto e retira a versão anterior.';

create function app.term_retire(p_clinic uuid, p_term uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if not app.has_role(p_clinic, 'admin', 'dpo') then
    raise exception 'this role does not retire terms' using errcode = 'insufficient_privilege';
  end if;
  update public.consent_terms t set retired_at = clock_timestamp()
  where t.clinic_id = p_clinic and t.id = p_term and t.published_at is not null and t.retired_at is null;
  if not found then
    raise exception 'no such term in use in this clinic' using errcode = 'no_data_found';
  end if;
end
$$;
comment on function app.term_retire(uuid, uuid) is 'Retira um termo publicado.';

create function app.import_legacy(p_clinic uuid, p_activity uuid, p_flags jsonb, p_key text) returns table (record_number text, outcome text)
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  flag record;
  kind public.consent_kind;
begin
  if not app.has_role(p_clinic, 'admin', 'dpo') then
    raise exception 'this role does not import flags' using errcode = 'insufficient_privilege';
  end if;
  select case
      when a.purpose_code like 'procedure.%' then 'procedure_tcle' when a.purpose_code = 'care.telemedicine' then 'telemedicine'
      when a.purpose_code like 'media.%' then 'image' when a.purpose_code like 'ai.%' then 'ai'
      when a.purpose_code like 'marketing.%' then 'marketing' when a.purpose_code like 'sharing.%' then 'sharing'
      when a.purpose_code like 'research.%' then 'research' else 'data_processing'
    end::public.consent_kind into kind
  from public.processing_activities a where a.clinic_id = p_clinic and a.id = p_activity;
  for flag in
    select f.value #>> '{}' as number, p.id as patient
    from jsonb_array_elements(p_flags) as f
    left join public.patients p on p.clinic_id = p_clinic and p.record_number = f.value #>> '{}'
  loop
    record_number := flag.number;
    -- A yes without proof is no consent: it becomes a question.
    outcome := case
      when flag.patient is null then 'unknown'
      when exists (select from public.consent_records c where c.clinic_id = p_clinic and c.patient_id = flag.patient
        and c.activity_id = p_activity and c.status in ('pending', 'granted')) then 'present'
      when app.refused_until(p_clinic, flag.patient, p_activity) is not null then 'refused'
      else 'pending'
    end;
    if outcome = 'pending' then
      perform app.consent_request(p_clinic, flag.patient, p_activity, kind, p_key || ':' || flag.patient,
        p_note_ref => 'legacy flag, no evidence');
    end if;
    return next;
  end loop;
end
$$;
comment on function app.import_legacy(uuid, uuid, jsonb, text) is 'Indicadores antigos entram como pedidos pendentes; nunca como concessão.';

reset role;
